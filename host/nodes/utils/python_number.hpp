// Numbers as Python computes with them: whole ones stay whole, `/` gives a float, `//` and `%` go
// towards minus infinity, halves are rounded to even. A whole number beyond 64 bits becomes a float,
// where Python's grow. All throw Error where Python would.
#ifndef KSAMPLER_NODES_UTILS_PYTHON_NUMBER_HPP
#define KSAMPLER_NODES_UTILS_PYTHON_NUMBER_HPP

#include <cstdint>
#include <optional>
#include <variant>

namespace ksampler {

using Number = std::variant<std::int64_t, double>;

double as_float(const Number& number);
bool is_true(const Number& number);
// int(number): towards 0. Throws Error where it is beyond 64 bits.
std::int64_t as_integer(const Number& number);

Number sum_of(const Number& a, const Number& b);
Number difference_of(const Number& a, const Number& b);
Number product_of(const Number& a, const Number& b);
Number quotient_of(const Number& a, const Number& b);
Number floored_quotient_of(const Number& a, const Number& b);
Number remainder_of(const Number& a, const Number& b);
Number power_of(const Number& base, const Number& exponent);
Number negative_of(const Number& number);
bool is_less(const Number& a, const Number& b);
bool is_equal(const Number& a, const Number& b);

// A float that is whole, as a whole number where 64 bits hold it: what round(), ceil() and floor()
// give.
Number whole(double value);
// round(number, digits): without digits, to a whole number.
Number rounded(const Number& number, std::optional<std::int64_t> digits);

}  // namespace ksampler

#endif
