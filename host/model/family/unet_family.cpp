#include "host/model/family/unet_family.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/network/unet_network.hpp"

#include <charconv>
#include <string>
#include <utility>

namespace ksampler {
namespace {

std::optional<std::int64_t> count_in_metadata(const Weights& weights, const std::string& key) {
  const auto found = weights.file()->metadata().find(key);
  if (found == weights.file()->metadata().end()) return std::nullopt;
  const std::string& text = found->second;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number >= 1) return number;
  throw Error({weights.file()->file().string()},
              sentence("the metadata's '{}' is {}; expected a whole number from 1", key, quote(text)));
}

UnetHeads heads_in(const Weights& weights, UnetHeads usual) {
  if (const auto heads = count_in_metadata(weights, "ksampler.heads")) return {.heads = *heads};
  const auto width = count_in_metadata(weights, "ksampler.head_width");
  return width ? UnetHeads{.head_width = *width} : usual;
}

}  // namespace

std::optional<UnetPlan> unet_plan_of(const Weights& weights) {
  if (!weights.has("input_blocks.0.0.weight")) return std::nullopt;
  return read_unet_plan(weights);
}

std::shared_ptr<const Network> unet_network(const Weights& weights, UnetHeads heads,
                                            std::int64_t numbers) {
  UnetPlan plan = with_heads(read_unet_plan(weights), weights, heads);
  return std::make_shared<UnetNetwork>(Unet(weights, std::move(plan)), numbers);
}

UnetPlan with_heads(UnetPlan plan, const Weights& weights, UnetHeads usual) {
  const UnetHeads found = heads_in(weights, usual);
  plan.heads = found.heads;
  plan.head_width = found.head_width;
  return plan;
}

}  // namespace ksampler
