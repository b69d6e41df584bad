// Plain YAML scalars as numbers: exactly, or not at all. No locale, no rounding of integers, no octal.
#ifndef KSAMPLER_GRAPH_SCALAR_HPP
#define KSAMPLER_GRAPH_SCALAR_HPP

#include <cstdint>
#include <string>
#include <string_view>

namespace ksampler {

enum class Parsed {
  fine,
  not_a_number,  // another thing: a word, or a float where a whole number is read
  too_large,     // a number, beyond what the type holds
  not_finite     // .nan, .inf and their spellings
};

// Decimal or 0x, with an optional sign.
Parsed parse_integer(std::string_view text, std::int64_t& value);
Parsed parse_seed(std::string_view text, std::uint64_t& value);
// Decimal, with an optional exponent.
Parsed parse_number(std::string_view text, double& value);

// The shortest text that parse_number gives back as `value`.
std::string shortest_decimal(double value);

}  // namespace ksampler

#endif
