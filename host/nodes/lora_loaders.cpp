// LoraLoader and LoraLoaderModelOnly.
#include "host/base/error.hpp"
#include "host/base/text.hpp"
#include "host/model/lora/lora_file.hpp"
#include "host/nodes/node_list.hpp"
#include "host/nodes/values.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace ksampler {
namespace {

constexpr std::size_t kNamed = 3;  // layers in a warning

// A network with a LoRA, as the cache keeps it: with what it was made from, whose address is part of
// the key.
template <typename Network>
struct Changed {
  Network base;
  Network network;
  LoraUse use;
};

// The network with the LoRA; the same one again while network, file and strength are the same.
template <typename Network>
Network changed(const NodeContext& context, const std::string& kind, const Network& base,
                const std::string& file, double strength, LoraUse& use) {
  if (strength == 0.0) return base;
  const auto address = reinterpret_cast<std::uintptr_t>(base.get());
  const auto made = context.models.get<Changed<Network>>(
      file, kind,
      [&] {
        Changed<Network> result{base, nullptr, {}};
        result.network = base->with_lora(open_lora(file), strength, result.use);
        return result;
      },
      std::to_string(address) + " " + std::to_string(strength));
  use.found.insert(made.use.found.begin(), made.use.found.end());
  use.used.insert(made.use.used.begin(), made.use.used.end());
  use.left_out.insert(use.left_out.end(), made.use.left_out.begin(), made.use.left_out.end());
  return made.network;
}

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

// The first of them, and how many more there are.
std::string some_of(const std::vector<std::string>& all) {
  std::vector<std::string> named(all.begin(), all.begin() + std::min(kNamed, all.size()));
  if (all.size() > kNamed) named.push_back(std::to_string(all.size() - kNamed) + " more");
  return listed(named);
}

// What of the file changes nothing: some of it is worth a warning, all of it is an error.
void check_use(const NodeContext& context, const Node& node, const std::string& file,
               const LoraUse& use, bool with_model, bool with_text) {
  if (!with_model && !with_text) return;
  const Lora lora = open_lora(file);
  std::vector<std::string> strangers;
  for (const std::string& tensor : lora.others) strangers.push_back(quote(tensor));
  for (const auto& [name, layer] : lora.layers) {
    const bool asked = is_of_text(name) ? with_text : with_model;
    if (asked && !use.found.contains(name)) strangers.push_back(quote(name));
  }
  if (use.used.empty() && !use.left_out.empty()) {
    throw Error({file}, "nothing of this LoRA fits the model: " + some_of(use.left_out));
  }
  if (use.used.empty() && !strangers.empty()) {
    throw Error({file}, "no layer of this LoRA is one of the model's: " + some_of(strangers) +
                            "; expected a LoRA for the model's architecture");
  }
  if (use.used.empty()) {
    context.reporter.warning(node, file + ": changes nothing: all of it is for " +
                                       (with_model ? "a text encoder" : "a model"));
  }
  if (!strangers.empty()) {
    context.reporter.warning(node, file + ": the model has no place for " + some_of(strangers));
  }
  if (!use.left_out.empty()) {
    context.reporter.warning(node, file + ": left out: " + some_of(use.left_out));
  }
}

}  // namespace

std::vector<Value> run_lora_loader(const NodeContext& context, const Inputs& in) {
  const auto& clip = in.link<ClipValue>("clip");
  const std::string& file = in.text("lora_name");
  const double for_model = in.number("strength_model");
  const double for_clip = clip == nullptr ? 0.0 : in.number("strength_clip");
  LoraUse use;
  const ModelValue model =
      changed(context, "lora on a unet", in.link<ModelValue>("model"), file, for_model, use);
  const ClipValue text = changed(context, "lora on a text encoder", clip, file, for_clip, use);
  check_use(context, in.node(), file, use, for_model != 0.0, for_clip != 0.0);
  return {model, text};
}

std::vector<Value> run_lora_loader_model_only(const NodeContext& context, const Inputs& in) {
  const std::string& file = in.text("lora_name");
  const double strength = in.number("strength_model");
  LoraUse use;
  const ModelValue model =
      changed(context, "lora on a unet", in.link<ModelValue>("model"), file, strength, use);
  check_use(context, in.node(), file, use, strength != 0.0, false);
  return {model};
}

}  // namespace ksampler
