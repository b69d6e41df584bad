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
  std::set<std::string> used;
};

// The network with the LoRA; the same one again while network, file and strength are the same.
template <typename Network>
Network changed(const NodeContext& context, const std::string& kind, const Network& base,
                const std::string& file, double strength, std::set<std::string>& used) {
  if (strength == 0.0) return base;
  const auto address = reinterpret_cast<std::uintptr_t>(base.get());
  const auto made = context.models.get<Changed<Network>>(
      file, kind,
      [&] {
        Changed<Network> result{base, nullptr, {}};
        result.network = base->with_lora(open_lora(file), strength, result.used);
        return result;
      },
      std::to_string(address) + " " + std::to_string(strength));
  used.insert(made.used.begin(), made.used.end());
  return made.network;
}

bool is_of_text(std::string_view layer) {
  constexpr std::array<std::string_view, 6> kBeginnings = {"lora_te",
                                                           "text_encoder",
                                                           "text_model.",
                                                           "text_projection",
                                                           "base_model.model.text_model.",
                                                           "base_model.model.text_projection"};
  return std::any_of(kBeginnings.begin(), kBeginnings.end(),
                     [&](std::string_view each) { return layer.starts_with(each); });
}

// What of the file changes nothing: some of it is worth a warning, all of it is an error.
void check_use(const NodeContext& context, const Node& node, const std::string& file,
               const std::set<std::string>& used, bool with_model, bool with_text) {
  const Lora lora = open_lora(file);
  std::vector<std::string> idle = lora.others;
  for (const auto& [name, layer] : lora.layers) {
    const bool asked = is_of_text(name) ? with_text : with_model;
    if (asked && !used.contains(name)) idle.push_back(name);
  }
  if (idle.empty()) return;
  const std::size_t all = idle.size();
  std::vector<std::string> named;
  for (std::size_t i = 0; i < std::min(kNamed, all); ++i) named.push_back(quote(idle[i]));
  if (all > kNamed) named.push_back(std::to_string(all - kNamed) + " more");
  if (used.empty()) {
    throw Error({file}, "no layer of this LoRA is one of the model's: " + listed(named) +
                            "; expected a LoRA for the model's architecture");
  }
  context.reporter.warning(node, file + ": the model has no place for " + listed(named));
}

}  // namespace

std::vector<Value> run_lora_loader(const NodeContext& context, const Inputs& in) {
  const auto& clip = in.link<ClipValue>("clip");
  const std::string& file = in.text("lora_name");
  const double for_model = in.number("strength_model");
  const double for_clip = clip == nullptr ? 0.0 : in.number("strength_clip");
  std::set<std::string> used;
  const ModelValue model =
      changed(context, "lora on a unet", in.link<ModelValue>("model"), file, for_model, used);
  const ClipValue text = changed(context, "lora on a text encoder", clip, file, for_clip, used);
  check_use(context, in.node(), file, used, for_model != 0.0, for_clip != 0.0);
  return {model, text};
}

std::vector<Value> run_lora_loader_model_only(const NodeContext& context, const Inputs& in) {
  const std::string& file = in.text("lora_name");
  const double strength = in.number("strength_model");
  std::set<std::string> used;
  const ModelValue model =
      changed(context, "lora on a unet", in.link<ModelValue>("model"), file, strength, used);
  check_use(context, in.node(), file, used, strength != 0.0, false);
  return {model};
}

}  // namespace ksampler
