#include "host/model/text/prompt.hpp"

#include <charconv>
#include <limits>

namespace ksampler {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string lower(std::string_view text) {
  std::string made(text);
  for (char& c : made) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return made;
}

// Without the underscores, each of which must stand between two digits.
std::optional<std::string> without_underscores(std::string_view text) {
  std::string made;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      made += text[i];
    } else if (i == 0 || i + 1 == text.size() || !is_digit(text[i - 1]) || !is_digit(text[i + 1])) {
      return {};
    }
  }
  return made;
}

}  // namespace

std::optional<double> parse_weight(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return {};
  text = text.substr(begin, text.find_last_not_of(kSpaces) + 1 - begin);
  const double sign = text.front() == '-' ? -1.0 : 1.0;
  if (text.front() == '-' || text.front() == '+') text.remove_prefix(1);

  if (text.empty()) return {};
  if (!is_digit(text.front()) && text.front() != '.') {
    const std::string name = lower(text);
    if (name == "inf" || name == "infinity") return sign * std::numeric_limits<double>::infinity();
    if (name == "nan") return std::numeric_limits<double>::quiet_NaN();
    return {};
  }
  const std::optional<std::string> digits = without_underscores(text);
  if (!digits) return {};
  double value = 0;
  const char* end = digits->data() + digits->size();
  const auto [stopped, error] = std::from_chars(digits->data(), end, value);
  if (stopped != end || error == std::errc::invalid_argument) return {};
  // Too large, or so small that it is nothing.
  if (error == std::errc::result_out_of_range) {
    const bool small =
        digits->find("e-") != std::string::npos || digits->find("E-") != std::string::npos;
    value = small ? 0.0 : std::numeric_limits<double>::infinity();
  }
  return sign * value;
}

}  // namespace ksampler
