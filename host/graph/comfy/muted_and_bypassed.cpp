#include "host/graph/comfy/muted_and_bypassed.hpp"

#include <algorithm>
#include <ranges>
#include <string_view>

namespace ksampler {
namespace {

// Whether a link of one type may go to the other: "IMAGE,MASK" is either, "*" is any.
bool may_be_linked(std::string_view from, std::string_view to) {
  if (from == "*" || to == "*") return true;
  const auto takes = [&](std::string_view type) {
    return std::ranges::any_of(std::views::split(to, ','), [&](auto part) {
      return std::string_view(part.begin(), part.end()) == type;
    });
  };
  return std::ranges::any_of(std::views::split(from, ','), [&](auto part) {
    return takes(std::string_view(part.begin(), part.end()));
  });
}

}  // namespace

EditorMode editor_mode(const std::string& mode) {
  if (mode == "2") return EditorMode::muted;
  return mode == "4" ? EditorMode::bypassed : EditorMode::runs;
}

std::string link_around(const std::vector<EditorInput>& inputs, const std::string& type,
                        std::size_t slot) {
  const auto fits = [&](const EditorInput& input) { return may_be_linked(input.type, type); };
  if (slot < inputs.size() && fits(inputs[slot])) return inputs[slot].link;
  auto at = std::ranges::find(inputs, type, &EditorInput::type);
  if (at == inputs.end()) at = std::ranges::find_if(inputs, fits);
  return at == inputs.end() ? std::string() : at->link;
}

}  // namespace ksampler
