// Inputs that ComfyUI calls otherwise: "type" is the node's own in a pipeline.
#ifndef KSAMPLER_GRAPH_COMFY_INPUT_NAMES_HPP
#define KSAMPLER_GRAPH_COMFY_INPUT_NAMES_HPP

#include <string>

namespace ksampler {

inline constexpr const char* kTypeHere = "clip_type";
inline constexpr const char* kTypeThere = "type";

inline std::string name_here(const std::string& there) {
  return there == kTypeThere ? kTypeHere : there;
}
inline std::string name_there(const std::string& here) { return here == kTypeHere ? kTypeThere : here; }

}  // namespace ksampler

#endif
