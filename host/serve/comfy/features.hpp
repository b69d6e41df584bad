// What this server can do, as its page asks for it.
#ifndef KSAMPLER_SERVE_COMFY_FEATURES_HPP
#define KSAMPLER_SERVE_COMFY_FEATURES_HPP

#include "host/serve/comfy/routes.hpp"

#include <nlohmann/json.hpp>

namespace ksampler::comfy {

inline nlohmann::ordered_json features() {
  return {{"supports_preview_metadata", true},
          {"max_upload_size", kLargestUpload},
          {"node_replacements", true},
          {"assets", false}};
}

}  // namespace ksampler::comfy

#endif
