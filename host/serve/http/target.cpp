#include "host/serve/http/target.hpp"

#include <algorithm>
#include <charconv>

namespace ksampler {
namespace {

// "%3D" as what it stands for; what is no such code stays as it is.
std::string decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char code = 0;
    const char* digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(digits, digits + 2, code, 16).ptr == digits + 2) {
      result += static_cast<char>(code);
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

// In a query, a '+' is a space.
std::string decoded_value(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return decoded(spaced);
}

}  // namespace

std::vector<std::string> path_of(std::string_view target) {
  std::vector<std::string> path;
  std::string_view left = target.substr(0, target.find_first_of("?#"));
  if (left.starts_with('/')) left.remove_prefix(1);
  if (left.empty()) return path;
  for (;;) {
    const std::size_t slash = left.find('/');
    path.push_back(decoded(left.substr(0, slash)));
    if (slash == std::string_view::npos) return path;
    left.remove_prefix(slash + 1);
  }
}

TextPairs query_of(std::string_view target) {
  TextPairs query;
  const std::size_t mark = target.find('?');
  if (mark == std::string_view::npos) return query;
  std::string_view left = target.substr(mark + 1);
  left = left.substr(0, left.find('#'));
  while (!left.empty()) {
    const std::string_view part = left.substr(0, left.find('&'));
    left.remove_prefix(std::min(left.size(), part.size() + 1));
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string_view value = part.substr(std::min(equals + 1, part.size()));
    if (!part.empty()) query.emplace_back(decoded_value(part.substr(0, equals)), decoded_value(value));
  }
  return query;
}

}  // namespace ksampler
