#include "host/model/toy/toy_denoiser.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/network/tensors.hpp"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

namespace ksampler {
namespace {

class ToyDenoiser : public ExactModel {
 public:
  ToyDenoiser(const std::shared_ptr<const SafetensorsFile>& file, std::int64_t channels,
              at::Device device)
      : latents_(latents_of_no_family(channels)), device_(device), file_(file->file().string()) {
    const auto scale = load_float(file, "scale", 1, at::kCPU);
    variance_ = static_cast<double>(scale.item<float>()) * scale.item<float>();
  }

  const LatentFormat& latents() const override { return latents_; }
  at::Device device() const override { return device_; }

  void denoise(std::span<const DenoiseRequest> requests, Noising noising) const override {
    const auto [a, b] = noising;
    const double v = a * a * variance_ + b * b;
    for (const DenoiseRequest& request : requests) {
      const std::int64_t label = request.conditioning->label;
      if (label < 0 || label >= labels()) {
        throw Error(sentence("label {} is not in {}: expected 0 to {}", label, file_, labels() - 1));
      }
      // Item by item, so that an item does not depend on the batch that it is in.
      for (std::int64_t item = 0; item < request.x->size(0); ++item) {
        const at::Tensor x = request.x->select(0, item);
        at::Tensor out = request.denoised->select(0, item);
        // D = (prior * b^2 + a s^2 x) / v
        at::mul_out(out, x, at::scalar_tensor(a * variance_ / v, out.options()));
        out.add_(prior(x, label, a, v), b * b / v);
      }
    }
  }

 protected:
  virtual std::int64_t labels() const = 0;
  // The mean that the clean latent is drawn towards, for one item [C,H,W]; broadcastable to it.
  virtual at::Tensor prior(const at::Tensor& x, std::int64_t label, double a, double v) const = 0;

 private:
  LatentFormat latents_;
  at::Device device_;
  std::string file_;
  double variance_;  // s^2
};

class Mixture : public ToyDenoiser {
 public:
  Mixture(const std::shared_ptr<const SafetensorsFile>& file, at::Device device)
      : Mixture(file, load_float(file, "means", 4, device), device) {}

  Mixture(const std::shared_ptr<const SafetensorsFile>& file, at::Tensor means, at::Device device)
      : ToyDenoiser(file, means.size(1), device),
        means_(std::move(means)),
        log_weights_(load_float(file, "log_weights", 2, device)),
        temper_(load_float(file, "temper", 1, at::kCPU).item<float>()) {
    if (log_weights_.size(1) != means_.size(0)) {
      throw Error({file->file().string()},
                  sentence("'log_weights' has {} columns, but 'means' has {} latents",
                           log_weights_.size(1), means_.size(0)));
    }
  }

  void check_shape(at::IntArrayRef shape) const override {
    if (shape.size() == 4 && shape.slice(1) == means_.sizes().slice(1)) return;
    throw Error(sentence(
        "this model denoises latents of {} channels, {} by {} cells ({} by {} pixels), and no others",
        means_.size(1), means_.size(2), means_.size(3), latents().pixels * means_.size(3),
        latents().pixels * means_.size(2)));
  }

 protected:
  std::int64_t labels() const override { return log_weights_.size(0); }

  at::Tensor prior(const at::Tensor& x, std::int64_t label, double a, double v) const override {
    const at::Tensor distance = (x.unsqueeze(0) - a * means_).square_().sum({1, 2, 3});
    const at::Tensor logits = log_weights_.select(0, label) - (temper_ / (2 * v)) * distance;
    return (at::softmax(logits, 0).view({-1, 1, 1, 1}) * means_).sum(0);
  }

 private:
  at::Tensor means_;        // [K,C,H,W]
  at::Tensor log_weights_;  // [L,K]
  double temper_;
};

class Gaussian : public ToyDenoiser {
 public:
  Gaussian(const std::shared_ptr<const SafetensorsFile>& file, at::Tensor channel_means,
           at::Device device)
      : ToyDenoiser(file, channel_means.size(1), device), channel_means_(std::move(channel_means)) {}

  void check_shape(at::IntArrayRef shape) const override {
    if (shape.size() == 4 && shape[1] == latents().channels) return;
    throw Error(
        sentence("this model denoises latents of {} channels, and no others", latents().channels));
  }

 protected:
  std::int64_t labels() const override { return channel_means_.size(0); }

  at::Tensor prior(const at::Tensor&, std::int64_t label, double, double) const override {
    return channel_means_.select(0, label).view({-1, 1, 1});
  }

 private:
  at::Tensor channel_means_;  // [L,C]
};

}  // namespace

Model load_toy_denoiser(const std::filesystem::path& file, const std::string& denoiser,
                        ModelSampling sampling, at::Device device) {
  const auto tensors = SafetensorsFile::open(file);
  if (denoiser == "mixture") {
    return {std::make_shared<Mixture>(tensors, device), std::move(sampling)};
  }
  if (denoiser == "gaussian") {
    return {
        std::make_shared<Gaussian>(tensors, load_float(tensors, "channel_means", 2, device), device),
        std::move(sampling)};
  }
  throw Error(
      sentence("unknown denoiser '{}'{}", denoiser, suggestion(denoiser, {"mixture", "gaussian"})));
}

}  // namespace ksampler
