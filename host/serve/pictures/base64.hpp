// Bytes within JSON (RFC 4648).
#ifndef KSAMPLER_SERVE_PICTURES_BASE64_HPP
#define KSAMPLER_SERVE_PICTURES_BASE64_HPP

#include <string>
#include <string_view>

namespace ksampler {

std::string base64(std::string_view bytes);

// Also of "data:image/png;base64,..."; line breaks are skipped. Throws Error whose message continues a
// name: "is no base64".
std::string from_base64(std::string_view text);

}  // namespace ksampler

#endif
