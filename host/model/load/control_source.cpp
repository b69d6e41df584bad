#include "host/model/load/control_source.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/family/unet_family.hpp"
#include "host/model/file/model_file.hpp"
#include "host/model/load/surplus.hpp"
#include "host/model/network/label.hpp"

#include <algorithm>
#include <utility>

namespace ksampler {
namespace {

// As their families' UNets have them.
constexpr UnetHeads kConvolutionalHeads = {.heads = 8};  // SD 1
constexpr UnetHeads kLinearHeads = {.head_width = 64};   // SD 2 and SDXL
constexpr std::int64_t kColours = 3;

void refuse_other_kinds(const Weights& weights) {
  const auto refuse = [&](const std::string& why) {
    throw Error({weights.file()->file().string()}, why);
  };
  if (weights.has_any("control_add_embedding.") || weights.has("task_embedding")) {
    refuse(
        "is a ControlNet of several kinds of pictures in one (union), which is not supported; expected "
        "one of a single kind");
  }
  if (weights.has("lora_controlnet")) {
    refuse(
        "is a control-LoRA, which changes a UNet into a ControlNet, and is not supported; expected a "
        "whole one");
  }
  const std::vector<std::int64_t> hint = weights.shape("input_hint_block.0.weight");
  if (hint.size() == 4 && hint[1] != kColours) {
    refuse(
        sentence("is a ControlNet that is shown {} channels, which is not supported; expected pictures "
                 "of {}",
                 hint[1], kColours));
  }
}

UnetPlan control_plan(const Weights& weights) {
  const UnetPlan plan = read_encoder_plan(weights);
  return with_heads(plan, weights, plan.linear_projections ? kLinearHeads : kConvolutionalHeads);
}

}  // namespace

ControlSource::ControlSource(std::shared_ptr<const TensorFile> file)
    : file_(std::move(file)), prefix_(prefix_of(*file_, kControlPart)) {
  const Weights shapes = weights(at::kMeta, at::kFloat);
  refuse_other_kinds(shapes);
  plan_ = control_plan(shapes);
  skips_ = ControlNet(shapes, plan_).skips();
  surplus_ = worth_a_warning(shapes.surplus());
}

Weights ControlSource::weights(at::Device device, at::ScalarType type) const {
  return {file_, device, type, prefix_};
}

std::shared_ptr<const ControlNet> ControlSource::hold(NetworkCache& cache,
                                                      const at::TensorOptions& like) const {
  const at::ScalarType type = c10::typeMetaToScalarType(like.dtype());
  const Weights all = weights(like.device(), type);
  const NetworkKey key{
      .file = file(), .kind = sentence("ControlNet {}", at::toString(type)), .device = like.device()};
  return cache.hold<ControlNet>(key, all.bytes(),
                                [&] { return std::make_shared<ControlNet>(all.fresh(), plan_); });
}

void ControlSource::check_fits(const Network& network) const {
  const NetworkFacts facts = network.facts();
  const auto refuse = [&](const std::string& why) {
    throw Error({file().string()}, "this ControlNet is for another model: " + why);
  };
  if (network.skips().empty()) {
    refuse("it is for the UNet of SD 1, SD 2 or SDXL, and the model is none of these");
  }
  if (plan_.context_width != facts.text_width) {
    refuse(
        sentence("it takes texts {} wide, and the model's are {} (SD 1: 768, SD 2: 1024, SDXL: 2048)",
                 plan_.context_width, facts.text_width));
  }
  const std::int64_t label = facts.pooled_width + facts.numbers * kNumberEmbedding;
  if (plan_.label_width != label) {
    refuse(sentence("it is told {} numbers of the picture and its text, and the model {}",
                    plan_.label_width, label));
  }
  if (!std::ranges::equal(skips_, network.skips())) {
    refuse(sentence("it has {} skip connections of up to {} channels, and the model {} of up to {}",
                    skips_.size(), *std::ranges::max_element(skips_), network.skips().size(),
                    *std::ranges::max_element(network.skips())));
  }
}

}  // namespace ksampler
