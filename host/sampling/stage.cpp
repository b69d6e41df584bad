#include "host/sampling/stage.hpp"

namespace ksampler {
namespace {

// What holds in a part of the whole latent, in the same part of one of another size. The picture that
// is made is that of the whole.
void bring_to_size(ConditioningList& list, at::IntArrayRef whole, std::int64_t pixels) {
  const auto height = static_cast<double>(whole[2]);
  const auto width = static_cast<double>(whole[3]);
  for (Conditioning& conditioning : list) {
    if (!conditioning.size) conditioning.size = size_of_picture(whole, pixels);
    if (!conditioning.area) continue;
    const Area& area = *conditioning.area;
    conditioning.area_share = {.height = static_cast<double>(area.height) / height,
                               .width = static_cast<double>(area.width) / width,
                               .y = static_cast<double>(area.y) / height,
                               .x = static_cast<double>(area.x) / width};
    conditioning.area.reset();
  }
}

void set_layers(ConditioningList& list, std::int64_t layers) {
  for (Conditioning& conditioning : list) conditioning.layers = layers;
}

}  // namespace

Stage::Stage(const SampleSettings& settings, const AbiRunSettings& run, const at::Tensor& prototype,
             at::IntArrayRef whole, bool split)
    : sizes_(prototype.sizes().vec()), sampling_(settings.model->sampling()) {
  Guidance guidance = settings.guidance;
  std::vector<ModelGuiderMade> guiders = settings.guiders;
  const std::int64_t layers = settings.latent.layers;
  for (GuidedList& guided : guidance) set_layers(guided.conditioning, layers);
  for (ModelGuiderMade& guider : guiders) {
    set_layers(guider.empty, layers);
    set_layers(guider.second, layers);
  }
  if (whole != sizes()) {
    const std::int64_t pixels = settings.model->latents().pixels;
    for (GuidedList& guided : guidance) bring_to_size(guided.conditioning, whole, pixels);
    for (ModelGuiderMade& guider : guiders) {
      bring_to_size(guider.empty, whole, pixels);
      bring_to_size(guider.second, whole, pixels);
    }
  }
  if (!settings.noises.empty()) {
    noises_ = std::make_unique<NoiseChain>(settings.noises, settings.noise, run, prototype);
  }
  if (!guiders.empty()) {
    guiders_ = std::make_unique<GuiderChain>(std::move(guiders), settings.guidance.front().weight, run,
                                             prototype);
  }
  predictor_ = std::make_unique<Predictor>(settings.model, guidance, prototype, split, guiders_.get(),
                                           settings.latent.noise_mask);
}

void Stage::predict(const at::Tensor& x, double sigma, at::Tensor& denoised,
                    at::Tensor* unconditional) {
  predictor_->predict(kept_ ? kept_->noised(x, sigma, sampling_) : x, sigma, denoised, unconditional);
  if (kept_) kept_->restore(denoised);
}

std::uint64_t Stage::waits() const {
  return (guiders_ ? guiders_->waits() : 0) + (noises_ ? noises_->waits() : 0);
}

}  // namespace ksampler
