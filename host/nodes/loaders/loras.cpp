// LoraLoader and LoraLoaderModelOnly.
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/lora/lora_file.hpp"
#include "host/nodes/loaders/functions.hpp"
#include "host/nodes/loaders/models.hpp"
#include "host/nodes/values.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace ksampler {
namespace {

bool is_of_text(std::string_view layer) {
  constexpr std::array<std::string_view, 9> kBeginnings = {"lora_te",
                                                           "cond_stage_model.",
                                                           "conditioner.",
                                                           "lora_prior_te",
                                                           "text_encoder",
                                                           "text_model.",
                                                           "text_projection",
                                                           "base_model.model.text_model.",
                                                           "base_model.model.text_projection"};
  return std::any_of(kBeginnings.begin(), kBeginnings.end(),
                     [&](std::string_view each) { return layer.starts_with(each); });
}

// What of the file changes nothing: some of it is worth a warning, all of it is an error.
void check_use(const NodeContext& context, const Node& node, const Lora& lora, const LoraUse& use,
               bool with_model, bool with_text) {
  if (!with_model && !with_text) return;
  const std::string file = lora.file->file().string();
  std::vector<std::string> strangers;
  for (const std::string& tensor : lora.others) strangers.push_back(quote(tensor));
  for (const auto& [name, layer] : lora.layers) {
    const bool asked = is_of_text(name) ? with_text : with_model;
    if (asked && !use.found.contains(name)) strangers.push_back(quote(name));
  }
  if (use.used.empty() && !use.left_out.empty()) {
    throw Error({file}, "nothing of this LoRA fits the model: " + first_listed(use.left_out, kNamed));
  }
  if (use.used.empty() && !strangers.empty()) {
    throw Error({file}, sentence("no layer of this LoRA is one of the model's: {}; expected a LoRA for "
                                 "the model's architecture",
                                 first_listed(strangers, kNamed)));
  }
  if (use.used.empty()) {
    context.reporter.warning(node, sentence("{}: changes nothing: all of it is for {}", file,
                                            with_model ? "a text encoder" : "a model"));
  }
  if (!strangers.empty()) {
    context.reporter.warning(
        node, sentence("{}: the model has no place for {}", file, first_listed(strangers, kNamed)));
  }
  if (!use.left_out.empty()) {
    context.reporter.warning(node,
                             sentence("{}: left out: {}", file, first_listed(use.left_out, kNamed)));
  }
}

}  // namespace

std::vector<Value> run_lora_loader(const NodeContext& context, const Inputs& in) {
  const auto& clip = in.link<ClipValue>("clip");
  const std::string& file = in.text("lora_name");
  const double for_model = in.number("strength_model");
  const double for_clip = !clip ? 0.0 : in.number("strength_clip");
  const Lora lora = open_lora(file);
  LoraUse use;
  ModelValue model = in.link<ModelValue>("model");
  ClipValue text = clip;
  if (for_model != 0.0) model = with_lora(model, lora, for_model, use);
  if (for_clip != 0.0) text = text->with_lora(lora, for_clip, use);
  check_use(context, in.node(), lora, use, for_model != 0.0, for_clip != 0.0);
  return {model, text};
}

std::vector<Value> run_lora_loader_model_only(const NodeContext& context, const Inputs& in) {
  const std::string& file = in.text("lora_name");
  const double strength = in.number("strength_model");
  const Lora lora = open_lora(file);
  LoraUse use;
  ModelValue model = in.link<ModelValue>("model");
  if (strength != 0.0) model = with_lora(model, lora, strength, use);
  check_use(context, in.node(), lora, use, strength != 0.0, false);
  return {model};
}

}  // namespace ksampler
