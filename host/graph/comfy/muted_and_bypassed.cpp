#include "host/graph/comfy/muted_and_bypassed.hpp"

#include <algorithm>

namespace ksampler {
namespace {

std::vector<std::string> parts_of(const std::string& types) {
  std::vector<std::string> parts(1);
  for (const char c : types) {
    if (c == ',') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// Whether a link of one type may go to the other: "IMAGE,MASK" is either, "*" is any.
bool may_be_linked(const std::string& from, const std::string& to) {
  if (from == "*" || to == "*") return true;
  const std::vector<std::string> given = parts_of(from);
  const std::vector<std::string> taken = parts_of(to);
  return std::ranges::find_first_of(given, taken) != given.end();
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
