#include "host/model/toy/exact_model.hpp"

#include <utility>

namespace ksampler {
namespace {

class ExactDenoiser : public Denoiser {
 public:
  ExactDenoiser(std::shared_ptr<const ExactModel> model, ModelSampling sampling)
      : model_(std::move(model)), sampling_(std::move(sampling)) {}

  const ModelSampling& sampling() const override { return sampling_; }
  const LatentFormat& latents() const override { return model_->latents(); }
  at::Device device() const override { return model_->device(); }
  void check_shape(at::IntArrayRef shape) const override { model_->check_shape(shape); }
  void denoise(std::span<const DenoiseRequest> requests, double sigma) const override {
    model_->denoise(requests, sampling_.noising(sigma));
  }

 private:
  std::shared_ptr<const ExactModel> model_;
  ModelSampling sampling_;
};

}  // namespace

std::shared_ptr<const Denoiser> exact_denoiser(const Model& model) {
  return std::make_shared<ExactDenoiser>(std::static_pointer_cast<const ExactModel>(model.source),
                                         model.sampling);
}

std::shared_ptr<const Denoiser> ExactModel::denoiser(const Model& model,
                                                     NetworkCache& /*cache*/) const {
  return exact_denoiser(model);
}

}  // namespace ksampler
