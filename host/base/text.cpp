#include "host/base/text.hpp"

#include <cstdint>

namespace ksampler {
namespace {

constexpr std::size_t kQuotedBytes = 100;

bool is_continuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

// The number of bytes of the UTF-8 sequence at the front of `text`, or 0 where it is malformed.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(byte(i))) return 0;
  }
  if (first == 0xE0 && byte(1) < 0xA0) return 0;   // overlong
  if (first == 0xED && byte(1) >= 0xA0) return 0;  // surrogates
  if (first == 0xF0 && byte(1) < 0x90) return 0;   // overlong
  if (first == 0xF4 && byte(1) >= 0x90) return 0;  // above U+10FFFF
  return length;
}

}  // namespace

std::string printable(std::string_view text, std::size_t limit) {
  constexpr char kHex[] = "0123456789abcdef";
  std::size_t shown = text.size();
  if (shown > limit) {
    shown = limit;
    while (shown > 0 && is_continuation(static_cast<unsigned char>(text[shown]))) --shown;
  }
  std::string result;
  for (std::size_t i = 0; i < shown;) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t length = sequence_length(text.substr(i));
    if (length == 0 || byte < 0x20 || byte == 0x7F) {
      result += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
      ++i;
    } else {
      result += text.substr(i, length);
      i += length;
    }
  }
  return shown < text.size() ? result + "..." : result;
}

std::string quote(std::string_view text) {
  std::string result(1, '\'');
  result += printable(text, kQuotedBytes);
  return result += '\'';
}

std::string first_listed(std::vector<std::string> strings, std::size_t most) {
  if (strings.size() > most) {
    const std::size_t more = strings.size() - most;
    strings.resize(most);
    strings.push_back(std::to_string(more) + " more");
  }
  return listed(strings);
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace ksampler
