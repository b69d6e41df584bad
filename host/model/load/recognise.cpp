#include "host/model/load/recognise.hpp"

#include "host/base/error.hpp"
#include "host/base/text.hpp"

#include <ATen/ops/std.h>

#include <array>
#include <charconv>
#include <optional>
#include <string>

namespace ksampler {
namespace {

//   name           linear sizes heads width scale
constexpr std::array<Architecture, 4> kArchitectures = {{
    {"SD 1", false, 0, 8, 0, 0.18215},
    {"SD 2", true, 0, 0, 64, 0.18215},
    {"SDXL refiner", true, 5, 0, 64, 0.13025},
    {"SDXL", true, 6, 0, 64, 0.13025},
}};

// A refiner's text is its one encoder's, which gives the pooled text too; SDXL joins two encoders.
bool label_fits(const Architecture& architecture, const UnetPlan& plan) {
  if (architecture.size_numbers == 0) return plan.label_width == 0;
  const std::int64_t pooled = plan.label_width - architecture.size_numbers * kSizeEmbedding;
  return architecture.size_numbers == 5 ? pooled == plan.context_width
                                        : pooled > 0 && pooled < plan.context_width;
}

bool fits(const Architecture& architecture, const UnetPlan& plan) {
  return architecture.linear_projections == plan.linear_projections && label_fits(architecture, plan);
}

std::optional<std::string> metadata(const Weights& weights, const std::string& key) {
  const auto found = weights.file()->metadata().find(key);
  if (found == weights.file()->metadata().end()) return std::nullopt;
  return found->second;
}

std::optional<std::int64_t> count_in_metadata(const Weights& weights, const std::string& key) {
  const std::optional<std::string> text = metadata(weights, key);
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error == std::errc() && end == text->data() + text->size() && number >= 1) return number;
  throw Error({weights.file()->file().string()},
              "the metadata's '" + key + "' is " + quote(*text) + "; expected a whole number from 1");
}

void set_heads(const Weights& weights, const Architecture& architecture, UnetPlan& plan) {
  plan.heads = architecture.heads;
  plan.head_width = architecture.head_width;
  if (const auto heads = count_in_metadata(weights, "ksampler.heads")) {
    plan.heads = *heads;
    plan.head_width = 0;
  } else if (const auto width = count_in_metadata(weights, "ksampler.head_width")) {
    plan.heads = 0;
    plan.head_width = *width;
  }
}

// ComfyUI's rule for SD 2: the first normalisation of this block spreads wider in the networks that
// were trained to predict v.
bool spreads_like_v(const Weights& unet) {
  const std::string name = "output_blocks.11.1.transformer_blocks.0.norm1.bias";
  if (!unet.has(name)) return false;
  const at::Tensor bias = unet.as(at::kFloat).get(name, {kAnySize});
  return at::std(bias, /*unbiased=*/false).item<float>() > 0.09F;
}

// Files with these tensors are SDXL in all else: taken for it, they would make wrong pictures. What
// they mean is ComfyUI's.
void refuse_edm(const Weights& unet) {
  const auto& tensors = unet.file()->tensors();
  const std::string file = unet.file()->file().string();
  constexpr const char* kKnown = "; known are networks that predict eps or v at discrete times";
  for (const char* key : {"edm_mean", "edm_std"}) {
    if (!tensors.contains(key)) continue;
    throw Error({file}, "has a tensor " + quote(key) +
                            ", as Playground 2.5: it needs EDM's preconditioning (sigma_data 0.5, "
                            "sigmas from 0.002 to 80) and latents of that mean and deviation, which "
                            "is not supported" +
                            kKnown);
  }
  for (const char* key : {"edm_vpred.sigma_max", "edm_vpred.sigma_min"}) {
    if (!tensors.contains(key)) continue;
    throw Error({file}, "has a tensor " + quote(key) +
                            ": it predicts v at EDM's continuous sigmas (sigma_data 1, up to that "
                            "sigma_max), which is not supported" +
                            kKnown);
  }
}

}  // namespace

std::span<const Architecture> architectures() { return kArchitectures; }

const Architecture& recognise(const Weights& unet, UnetPlan& plan) {
  const std::string file = unet.file()->file().string();
  if (plan.channels_in != plan.channels_out) {
    throw Error({file}, "the UNet takes " + std::to_string(plan.channels_in) + " channels and gives " +
                            std::to_string(plan.channels_out) +
                            ": models that take a picture or a mask beside the latent (inpainting, "
                            "editing) are not supported");
  }
  for (const Architecture& architecture : kArchitectures) {
    if (!fits(architecture, plan)) continue;
    set_heads(unet, architecture, plan);
    return architecture;
  }
  std::vector<std::string> names;
  for (const Architecture& architecture : kArchitectures) names.emplace_back(architecture.name);
  throw Error({file}, "a UNet of unknown architecture: context width " +
                          std::to_string(plan.context_width) + ", label width " +
                          std::to_string(plan.label_width) + ", " +
                          (plan.linear_projections ? "linear" : "convolutional") +
                          " projections; known are " + listed(names));
}

ModelSampling recognise_sampling(const Weights& unet, const Architecture& architecture) {
  refuse_edm(unet);
  if (const auto name = metadata(unet, "ksampler.prediction")) {
    try {
      return ModelSampling::named(*name);
    } catch (const Error& error) {
      throw Error({unet.file()->file().string()},
                  std::string("the metadata's 'ksampler.prediction': ") + error.what());
    }
  }
  const auto& tensors = unet.file()->tensors();
  const bool says_v = tensors.contains("v_pred") || metadata(unet, "modelspec.prediction_type") == "v";
  if (says_v) return ModelSampling::named(tensors.contains("ztsnr") ? "v_zsnr" : "v");
  if (metadata(unet, "modelspec.prediction_type")) return ModelSampling::named("eps");
  const bool sd2 = architecture.linear_projections && architecture.size_numbers == 0;
  return ModelSampling::named(sd2 && spreads_like_v(unet) ? "v" : "eps");
}

}  // namespace ksampler
