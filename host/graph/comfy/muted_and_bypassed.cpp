#include "host/graph/comfy/muted_and_bypassed.hpp"

#include <algorithm>

namespace ksampler {

EditorMode editor_mode(const std::string& mode) {
  if (mode == "2") return EditorMode::muted;
  return mode == "4" ? EditorMode::bypassed : EditorMode::runs;
}

std::string link_around(const std::vector<EditorInput>& inputs, const std::string& type,
                        std::size_t slot) {
  const auto fits = [&](const EditorInput& input) {
    return input.type == type || input.type == "*" || type == "*";
  };
  if (slot < inputs.size() && fits(inputs[slot])) return inputs[slot].link;
  const auto at = std::ranges::find(inputs, type, &EditorInput::type);
  return at == inputs.end() ? std::string() : at->link;
}

}  // namespace ksampler
