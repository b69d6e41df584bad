#include "host/model/checkpoint.hpp"

#include "host/base/error.hpp"
#include "host/base/text.hpp"
#include "host/model/checkpoint_surplus.hpp"
#include "host/model/unet_denoiser.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace ksampler {
namespace {

struct Part {
  const char* prefix;
  const char* name;
};

constexpr std::array<Part, 4> kParts = {{
    {"model.diffusion_model.", "a UNet"},
    {"first_stage_model.", "an autoencoder"},
    {"cond_stage_model.", "a text encoder"},
    {"conditioner.", "text encoders"},
}};

// "; it holds an autoencoder", or what its tensors are called.
std::string contents(const Weights& all) {
  std::vector<std::string> parts;
  for (const Part& part : kParts) {
    if (all.has_any(part.prefix)) parts.emplace_back(part.name);
  }
  if (!parts.empty()) return "; it holds " + listed(parts);
  if (all.file()->tensors().empty()) return "; it is empty";
  return "; its first tensor is " + quote(all.file()->tensors().begin()->first);
}

// The view of the part whose tensors have `prefix`, or stand alone, with `mark` among them.
Weights find_part(const Weights& all, const std::string& what, const std::string& prefix,
                  const std::string& mark) {
  if (all.has_any(prefix)) return all.within(prefix);
  if (all.has(mark)) return all;
  throw Error({all.file()->file().string()},
              "holds no " + what + " (expected tensors '" + prefix + "...')" + contents(all));
}

}  // namespace

at::ScalarType default_unet_type(at::Device device) {
  return device.is_cuda() ? at::kHalf : at::kFloat;
}

Loaded<Denoiser> load_unet(const std::shared_ptr<const SafetensorsFile>& file, at::Device device,
                           at::ScalarType type) {
  const Weights weights =
      find_part({file, device, type}, "UNet", "model.diffusion_model.", "input_blocks.0.0.weight");
  UnetPlan plan = read_unet_plan(weights);
  const Architecture& architecture = recognise(weights, plan);
  ModelSampling sampling = recognise_sampling(weights, architecture);
  auto unet = std::make_shared<const Unet>(weights, std::move(plan));
  return {std::make_shared<UnetDenoiser>(std::move(unet), architecture, std::move(sampling), weights),
          worth_a_warning(weights.surplus())};
}

Loaded<Autoencoder> load_autoencoder(const std::shared_ptr<const SafetensorsFile>& file,
                                     at::Device device, at::ScalarType type) {
  const Weights weights =
      find_part({file, device, type}, "autoencoder", "first_stage_model.", "decoder.conv_in.weight");
  return {std::make_shared<const Autoencoder>(weights), worth_a_warning(weights.surplus())};
}

}  // namespace ksampler
