// Names that have no case: of hosts, of types of content, endings of files.
#ifndef KSAMPLER_BASE_LOWER_CASE_HPP
#define KSAMPLER_BASE_LOWER_CASE_HPP

#include <string>
#include <string_view>

namespace ksampler {

// A to Z made small, whatever the locale; all else as it is.
inline std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace ksampler

#endif
