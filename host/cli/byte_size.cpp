#include "host/cli/byte_size.hpp"

#include "host/base/lower_case.hpp"

#include <charconv>
#include <cmath>
#include <memory>
#include <string>

namespace ksampler {

std::optional<std::uint64_t> parse_byte_size(std::string_view text) {
  constexpr std::string_view kUnits = "kmgtp";
  double number = 0.0;
  const char* const end = std::to_address(text.end());
  const auto [rest, error] =
      std::from_chars(std::to_address(text.begin()), end, number, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(number) || number < 0.0) return std::nullopt;
  std::string unit = lower_case(std::string_view(rest, static_cast<std::size_t>(end - rest)));
  unit.erase(0, unit.find_first_not_of(' '));
  if (unit.ends_with('b')) unit.pop_back();
  if (unit.size() == 2 && unit[1] == 'i') unit.pop_back();
  int power = 0;
  if (!unit.empty()) {
    const std::size_t at = unit.size() == 1 ? kUnits.find(unit[0]) : std::string_view::npos;
    if (at == std::string_view::npos) return std::nullopt;
    power = static_cast<int>(at) + 1;
  }
  const double bytes = std::ldexp(number, 10 * power);
  constexpr double kMost = 0x1p62;
  if (bytes > kMost) return std::nullopt;
  return static_cast<std::uint64_t>(bytes);
}

}  // namespace ksampler
