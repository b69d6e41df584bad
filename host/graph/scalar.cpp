#include "host/graph/scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <system_error>

namespace ksampler {
namespace {

// A sign taken off the front of `text`.
bool take_sign(std::string_view& text) {
  if (text.empty() || (text.front() != '-' && text.front() != '+')) return false;
  const bool negative = text.front() == '-';
  text.remove_prefix(1);
  return negative;
}

Parsed parse_magnitude(std::string_view text, std::uint64_t& value) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || end != text.data() + text.size()) return Parsed::not_a_number;
  return error == std::errc::result_out_of_range ? Parsed::too_large : Parsed::fine;
}

bool names_no_finite(std::string_view text) {
  if (text.starts_with('.')) text.remove_prefix(1);
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower == "nan" || lower == "inf" || lower == "infinity";
}

}  // namespace

Parsed parse_integer(std::string_view text, std::int64_t& value) {
  const bool negative = take_sign(text);
  std::uint64_t magnitude = 0;
  if (const Parsed parsed = parse_magnitude(text, magnitude); parsed != Parsed::fine) return parsed;
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  if (magnitude > most + (negative ? 1 : 0)) return Parsed::too_large;
  value = static_cast<std::int64_t>(negative ? std::uint64_t{0} - magnitude : magnitude);
  return Parsed::fine;
}

Parsed parse_seed(std::string_view text, std::uint64_t& value) {
  const bool negative = take_sign(text);
  const Parsed parsed = parse_magnitude(text, value);
  return parsed == Parsed::fine && negative && value != 0 ? Parsed::too_large : parsed;
}

Parsed parse_number(std::string_view text, double& value) {
  const std::string_view whole = text;
  const bool negative = take_sign(text);
  if (names_no_finite(text)) return Parsed::not_finite;
  // from_chars would also read a second sign.
  const bool begins =
      !text.empty() && (text.front() == '.' || (text.front() >= '0' && text.front() <= '9'));
  if (!begins) return Parsed::not_a_number;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size()) {
    std::int64_t integer = 0;  // 0x10 is a number, too
    if (parse_integer(whole, integer) != Parsed::fine) return Parsed::not_a_number;
    value = static_cast<double>(integer);
    return Parsed::fine;
  }
  if (error == std::errc::result_out_of_range) return Parsed::too_large;
  if (negative) value = -value;
  return Parsed::fine;
}

std::string shortest_decimal(double value) {
  std::array<char, 32> buffer;
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return error == std::errc{} ? std::string(buffer.data(), end) : std::string("?");
}

}  // namespace ksampler
