// What a body is, as a request says it.
#ifndef KSAMPLER_SERVE_MEDIA_TYPE_HPP
#define KSAMPLER_SERVE_MEDIA_TYPE_HPP

#include "host/base/lower_case.hpp"

#include <string>
#include <string_view>

namespace ksampler {

// "application/json" of "Application/JSON; charset=utf-8": names of types have no case.
inline std::string media_type(std::string_view content_type) {
  const std::string_view media = content_type.substr(0, content_type.find(';'));
  const std::size_t first = media.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return lower_case(media.substr(first, media.find_last_not_of(" \t") - first + 1));
}

}  // namespace ksampler

#endif
