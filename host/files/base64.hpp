// Bytes within JSON (RFC 4648).
#ifndef KSAMPLER_FILES_BASE64_HPP
#define KSAMPLER_FILES_BASE64_HPP

#include <string>
#include <string_view>

namespace ksampler {

std::string base64(std::string_view bytes);

// Throws Error whose message continues a name: "is no base64"; empty text is none.
std::string bytes_of_base64(std::string_view digits);

// Also of "data:image/png;base64,..."; line breaks are skipped. Throws Error likewise.
std::string from_base64(std::string_view text);

}  // namespace ksampler

#endif
