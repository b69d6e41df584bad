// SDXL and its refiner (Podell et al. 2023), and those that were distilled from it (SSD-1B, Vega,
// KOALA): a UNet that is told, beside the text, of the picture's size and where it was cropped.
#include "host/model/family/family.hpp"
#include "host/model/family/prediction.hpp"
#include "host/model/family/unet_family.hpp"
#include "host/model/network/label.hpp"

namespace ksampler {
namespace {

constexpr UnetHeads kHeads = {.head_width = 64};
constexpr std::int64_t kSdxlNumbers = 6;
constexpr std::int64_t kRefinerNumbers = 5;

// Its first level has no attention, where others that have a label (unCLIP's) do.
bool has_its_blocks(const UnetPlan& plan) {
  return plan.linear_projections && !plan.input.empty() && plan.input.front().depth == 0;
}

std::int64_t pooled_width(const UnetPlan& plan, std::int64_t numbers) {
  return plan.label_width - numbers * kNumberEmbedding;
}

// Its text is two encoders' side by side, and the pooled text the second's.
bool is_sdxl(const Weights& weights) {
  const auto plan = unet_plan_of(weights);
  if (!plan || !has_its_blocks(*plan)) return false;
  const std::int64_t pooled = pooled_width(*plan, kSdxlNumbers);
  return pooled > 0 && pooled < plan->context_width;
}

// Its text is its one encoder's, which gives the pooled text too.
bool is_refiner(const Weights& weights) {
  const auto plan = unet_plan_of(weights);
  return plan && has_its_blocks(*plan) && pooled_width(*plan, kRefinerNumbers) == plan->context_width;
}

std::shared_ptr<const Network> sdxl_network(const Weights& weights) {
  return unet_network(weights, kHeads, kSdxlNumbers);
}

std::shared_ptr<const Network> refiner_network(const Weights& weights) {
  return unet_network(weights, kHeads, kRefinerNumbers);
}

ModelSampling sampling(const Weights& weights, std::vector<std::string>& notes) {
  return prediction_in(weights, notes).value_or(ModelSampling::named("eps"));
}

// Where the conditioning does not say it: of the picture's size, and not cropped.
SizeConditioning told(const Conditioning& conditioning, PictureSize size) {
  return conditioning.size.value_or(SizeConditioning{.width = size.width,
                                                     .height = size.height,
                                                     .target_width = size.width,
                                                     .target_height = size.height});
}

std::vector<double> as_numbers(std::initializer_list<std::int64_t> sizes) {
  std::vector<double> numbers;
  for (const std::int64_t each : sizes) numbers.push_back(static_cast<double>(each));
  return numbers;
}

std::vector<double> sdxl_numbers(const Conditioning& conditioning, PictureSize size) {
  const SizeConditioning t = told(conditioning, size);
  return as_numbers({t.height, t.width, t.crop_h, t.crop_w, t.target_height, t.target_width});
}

// Its aesthetic score in place of the target: unless the conditioning says one, what a good and a bad
// picture were given in its training.
std::vector<double> refiner_numbers(const Conditioning& conditioning, PictureSize size) {
  const SizeConditioning t = told(conditioning, size);
  std::vector<double> numbers = as_numbers({t.height, t.width, t.crop_h, t.crop_w});
  numbers.push_back(t.aesthetic_score.value_or(conditioning.negative ? 2.5 : 6.0));
  return numbers;
}

}  // namespace

const Family kSdxl = {.id = "sdxl",
                      .name = "SDXL",
                      .latents = sdxl_latents(),
                      .is_of = is_sdxl,
                      .network = sdxl_network,
                      .sampling = sampling,
                      .numbers = sdxl_numbers,
                      .concat = unet_concat,
                      .lora_targets = unet_lora_targets};
const Family kSdxlRefiner = {.id = "sdxl_refiner",
                             .name = "SDXL refiner",
                             .latents = sdxl_latents(),
                             .is_of = is_refiner,
                             .network = refiner_network,
                             .sampling = sampling,
                             .numbers = refiner_numbers,
                             .lora_targets = unet_lora_targets};

}  // namespace ksampler
