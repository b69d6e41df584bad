// A form with files, as browsers and clients send it: multipart/form-data (RFC 7578).
#ifndef KSAMPLER_SERVE_COMFY_MULTIPART_HPP
#define KSAMPLER_SERVE_COMFY_MULTIPART_HPP

#include <string>
#include <string_view>
#include <vector>

namespace ksampler::comfy {

struct FormPart {
  std::string name;
  std::string filename;      // of a file; empty: it is a value
  std::string_view content;  // within the body
};

// The parts of a body with this Content-Type. Throws Error: it is no such form, or cut short.
std::vector<FormPart> form_parts(std::string_view content_type, std::string_view body);

// The value of that name; empty where there is none.
std::string form_value(const std::vector<FormPart>& parts, std::string_view name);

}  // namespace ksampler::comfy

#endif
