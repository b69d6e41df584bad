// JSON of ComfyUI's API: the order of keys counts, as editors lay widgets out by it.
#ifndef KSAMPLER_SERVE_COMFY_JSON_HPP
#define KSAMPLER_SERVE_COMFY_JSON_HPP

#include <nlohmann/json_fwd.hpp>

namespace ksampler::comfy {

using Json = nlohmann::ordered_json;

}  // namespace ksampler::comfy

#endif
