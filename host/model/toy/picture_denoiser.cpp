#include "host/model/toy/picture_denoiser.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/network/tensors.hpp"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>

#include <nlohmann/json.hpp>

namespace ksampler {
namespace {

constexpr double kOtherClass = -40.0;  // log of the weight of a picture of another class

std::vector<std::string> read_classes(const SafetensorsFile& file) {
  const auto found = file.metadata().find("classes");
  if (found != file.metadata().end()) {
    const auto names = nlohmann::json::parse(found->second, nullptr, /*allow_exceptions=*/false);
    if (names.is_array() && !names.empty()) {
      std::vector<std::string> classes;
      for (const auto& name : names) {
        if (name.is_string()) classes.push_back(name.get<std::string>());
      }
      if (classes.size() == names.size()) return classes;
    }
  }
  throw Error({file.file().string()}, "the metadata has no 'classes': expected a JSON list of names");
}

class PictureDenoiser : public ExactModel {
 public:
  PictureDenoiser(const std::shared_ptr<const SafetensorsFile>& file, at::Device device)
      : device_(device), classes_(read_classes(*file)) {
    const at::Tensor pixels = load_float(file, "pictures", 4, device);
    shape_ = pixels.sizes().slice(1).vec();
    latents_ = latents_of_no_family(shape_[0]);
    pictures_ = (pixels / 127.5 - 1.0).flatten(1).contiguous();
    half_square_ = 0.5 * pictures_.square().sum(1);

    const at::Tensor labels = map_tensor(file, "labels").to(at::kLong);
    if (labels.dim() != 1 || labels.size(0) != pixels.size(0) || labels.numel() == 0 ||
        labels.min().item<std::int64_t>() < 0 ||
        labels.max().item<std::int64_t>() >= static_cast<std::int64_t>(classes_.size())) {
      throw Error({file->file().string()},
                  "'labels' must have one number for each picture, each the index of a class");
    }
    log_prior_ = at::zeros({static_cast<std::int64_t>(classes_.size()) + 1, labels.size(0)});
    for (std::size_t i = 0; i < classes_.size(); ++i) {
      log_prior_[static_cast<std::int64_t>(i)].masked_fill_(labels != static_cast<std::int64_t>(i),
                                                            kOtherClass);
    }
    log_prior_ = log_prior_.to(device);
  }

  const LatentFormat& latents() const override { return latents_; }
  at::Device device() const override { return device_; }
  const std::vector<std::string>& classes() const override { return classes_; }

  void check_shape(at::IntArrayRef shape) const override {
    if (shape.size() == 4 && shape.slice(1) == at::IntArrayRef(shape_)) return;
    throw Error(
        sentence("this model makes pictures of {} by {}, one latent cell a pixel: set width to {} and "
                 "height to {}",
                 shape_[2], shape_[1], latents_.pixels * shape_[2], latents_.pixels * shape_[1]));
  }

  void denoise(std::span<const DenoiseRequest> requests, Noising noising) const override {
    const auto [a, b] = noising;
    const double sharpness = a / std::max(b * b, 1e-8);  // finite at sigma 0 too
    for (const DenoiseRequest& request : requests) {
      const std::int64_t label = request.conditioning->label;
      const std::int64_t row = label < 0 ? log_prior_.size(0) - 1 : label;  // the last row: any class
      // Item by item, so that an item does not depend on the batch that it is in.
      for (std::int64_t item = 0; item < request.x->size(0); ++item) {
        const at::Tensor x = request.x->select(0, item).flatten();
        // |x - a*p|^2 / 2 = |x|^2/2 - a x.p + a^2 |p|^2/2; the first term is the same for all.
        const at::Tensor logits =
            log_prior_.select(0, row) + (at::mv(pictures_, x) - a * half_square_) * sharpness;
        at::Tensor out = request.denoised->select(0, item);
        out.copy_(at::mv(pictures_.t(), at::softmax(logits, 0)).view(shape_));
      }
    }
  }

 private:
  LatentFormat latents_;
  at::Device device_;
  std::vector<std::string> classes_;
  std::vector<std::int64_t> shape_;  // C, H, W
  at::Tensor pictures_;              // [N, C*H*W], -1 to 1
  at::Tensor half_square_;           // [N], |p|^2 / 2
  at::Tensor log_prior_;             // [classes + 1, N]
};

}  // namespace

Model load_picture_denoiser(const std::filesystem::path& file, ModelSampling sampling,
                            at::Device device) {
  return {std::make_shared<PictureDenoiser>(SafetensorsFile::open(file), device), std::move(sampling)};
}

}  // namespace ksampler
