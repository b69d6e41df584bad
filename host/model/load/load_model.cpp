#include "host/model/load/load_model.hpp"

#include "host/model/load/surplus.hpp"
#include "host/model/load/unet_denoiser.hpp"

#include <utility>

namespace ksampler {
namespace {

Weights part_of(const Weights& all, const ModelPart& part) {
  return all.within(prefix_of(*all.file(), part));
}

}  // namespace

at::ScalarType default_unet_type(at::Device device) {
  return device.is_cuda() ? at::kHalf : at::kFloat;
}

Loaded<Denoiser> load_unet(const std::shared_ptr<const SafetensorsFile>& file, at::Device device,
                           at::ScalarType type) {
  const Weights weights = part_of({file, device, type}, kUnetPart);
  UnetPlan plan = read_unet_plan(weights);
  const Architecture& architecture = recognise(weights, plan);
  ModelSampling sampling = recognise_sampling(weights, architecture);
  auto unet = std::make_shared<const Unet>(weights, std::move(plan));
  return {std::make_shared<UnetDenoiser>(std::move(unet), architecture, std::move(sampling), weights),
          worth_a_warning(weights.surplus())};
}

Loaded<Autoencoder> load_autoencoder(const std::shared_ptr<const SafetensorsFile>& file,
                                     at::Device device, at::ScalarType type) {
  const Weights weights = part_of({file, device, type}, kAutoencoderPart);
  return {std::make_shared<const Autoencoder>(weights), worth_a_warning(weights.surplus())};
}

}  // namespace ksampler
