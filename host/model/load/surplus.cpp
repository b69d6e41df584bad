#include "host/model/load/surplus.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace ksampler {
namespace {

constexpr std::array<std::string_view, 10> kParts = {
    "model.diffusion_model.", "net.",           "first_stage_model.", "vae.",
    "cond_stage_model.",      "conditioner.",   "text_encoders.",     "text_encoder.",
    "text_encoder_2.",        "text_encoder_3."};
constexpr std::array<std::string_view, 6> kTextParts = {"cond_stage_model.", "conditioner.",
                                                        "text_encoders.",    "text_encoder.",
                                                        "text_encoder_2.",   "text_encoder_3."};

// The schedule of training, which is computed here, averages of its weights, and what the file says of
// itself (read, or refused, by recognise_sampling).
constexpr std::array<std::string_view, 14> kNames = {"betas",
                                                     "logvar",
                                                     "lvlb_weights",
                                                     "scale_factor",
                                                     "global_step",
                                                     "iteration",
                                                     "denoiser.sigmas",
                                                     "v_pred",
                                                     "ztsnr",
                                                     "edm_mean",
                                                     "edm_std",
                                                     "edm_vpred.sigma_min",
                                                     "edm_vpred.sigma_max",
                                                     "logit_scale"};

// An autoencoder's loss has networks of its own; a CLIP in a file of its own has an image encoder.
constexpr std::array<std::string_view, 11> kBeginnings = {"alphas_cumprod",
                                                          "sqrt_",
                                                          "log_",
                                                          "posterior_",
                                                          "model_ema.",
                                                          "loss.",
                                                          "first_stage_model.loss.",
                                                          "first_stage_model.model_ema.",
                                                          "vision_model.",
                                                          "visual_projection.",
                                                          "visual."};

// Buffers of text encoders, and what CLIP's training alone compares pictures with. Of weights of 8
// bits: what a GPU needs to multiply in 8 bits, and what says that there are some.
constexpr std::array<std::string_view, 8> kPassedOver = {"position_ids", ".logit_scale", ".attn_mask",
                                                         "scaled_fp8",   ".scale_input", ".input_scale",
                                                         ".comfy_quant", "tekken_model"};

template <std::size_t count>
bool begins_with_one_of(const std::array<std::string_view, count>& beginnings, std::string_view name) {
  return std::ranges::any_of(beginnings, [&](std::string_view each) { return name.starts_with(each); });
}

bool is_harmless(std::string_view name) {
  return std::ranges::find(kNames, name) != kNames.end() || begins_with_one_of(kBeginnings, name) ||
         std::ranges::any_of(kPassedOver, [&](std::string_view each) { return name.ends_with(each); });
}

}  // namespace

std::vector<std::string> worth_a_warning(std::vector<std::string> names) {
  std::erase_if(names, [](const std::string& name) { return is_harmless(name); });
  return names;
}

std::vector<std::string> outside_of_parts(const TensorFile& file) {
  std::vector<std::string> names;
  bool has_part = false;
  for (const auto& [name, view] : file.tensors()) {
    const bool inside = begins_with_one_of(kParts, name);
    has_part = has_part || inside;
    if (!inside) names.push_back(name);
  }
  // A file of one network without a prefix is all part.
  return has_part ? worth_a_warning(std::move(names)) : std::vector<std::string>();
}

std::vector<std::string> surplus_of_text(const Weights& weights) {
  std::vector<std::string> names = worth_a_warning(weights.surplus());
  const bool in_checkpoint = std::ranges::any_of(
      kTextParts, [&](std::string_view part) { return weights.has_any(std::string(part)); });
  if (in_checkpoint) {
    std::erase_if(names, [](const std::string& name) { return !begins_with_one_of(kTextParts, name); });
  }
  return names;
}

}  // namespace ksampler
