// Strings from files and plugins, made fit for a message.
#ifndef KSAMPLER_BASE_TEXT_HPP
#define KSAMPLER_BASE_TEXT_HPP

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ksampler {

// Bytes as a text, whatever they are.
inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// `text` on one line, as UTF-8: control characters and malformed bytes as \xNN, cut after `limit`
// bytes.
std::string printable(std::string_view text, std::size_t limit);

// The same in single quotes, cut after 100 bytes.
std::string quote(std::string_view text);

// "a, b and c"; empty for an empty list.
template <typename Strings>
std::string listed(const Strings& strings) {
  std::string text;
  std::size_t left = std::size(strings);
  for (const auto& string : strings) {
    text += string;
    --left;
    if (left > 0) text += left == 1 ? " and " : ", ";
  }
  return text;
}

// The same of the first `most`, and how many more there are: "a, b and 7 more".
std::string first_listed(std::vector<std::string> strings, std::size_t most);

// Whether `text` is well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF).
bool is_utf8(std::string_view text);

}  // namespace ksampler

#endif
