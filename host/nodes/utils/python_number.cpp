#include "host/nodes/utils/python_number.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace ksampler {
namespace {

constexpr double kMostExponent = 4000;  // as ComfyUI's pow(): more takes long there
constexpr double kBeyond64Bits = 0x1p63;

const std::int64_t* integer_in(const Number& number) { return std::get_if<std::int64_t>(&number); }

// `exact` works on whole numbers, and says whether the result is beyond 64 bits.
template <typename Exact, typename Float>
Number computed(const Number& a, const Number& b, Exact exact, Float floating) {
  const auto *x = integer_in(a), *y = integer_in(b);
  std::int64_t result = 0;
  if (x != nullptr && y != nullptr && !exact(*x, *y, &result)) return result;
  return floating(as_float(a), as_float(b));
}

void refuse_zero(const Number& divisor) {
  if (as_float(divisor) == 0.0) throw Error("division by zero");
}

// The quotient, floored, and what is left, with the sign of the divisor.
struct Divided {
  double quotient;
  double remainder;
};

Divided divided(double a, double b) {
  double remainder = std::fmod(a, b);
  double quotient = (a - remainder) / b;
  if (remainder != 0.0 && (remainder < 0.0) != (b < 0.0)) {
    remainder += b;
    quotient -= 1.0;
  }
  return {std::floor(quotient + 0.5), remainder};  // it is whole but for rounding
}

// Whether 64 bits hold both; the one division that they do not hold is the least by -1.
bool divides_exactly(const Number& a, const Number& b) {
  return integer_in(a) != nullptr && integer_in(b) != nullptr && *integer_in(b) != -1;
}

}  // namespace

double as_float(const Number& number) {
  return std::visit([](auto value) { return static_cast<double>(value); }, number);
}

bool is_true(const Number& number) { return as_float(number) != 0.0; }

std::int64_t as_integer(const Number& number) {
  if (const auto* integer = integer_in(number)) return *integer;
  const double value = std::trunc(std::get<double>(number));
  if (std::abs(value) < kBeyond64Bits) return static_cast<std::int64_t>(value);
  throw Error(sentence("{} is no whole number of 64 bits", value));
}

Number sum_of(const Number& a, const Number& b) {
  return computed(
      a, b, [](auto x, auto y, auto* to) { return __builtin_add_overflow(x, y, to); },
      [](double x, double y) { return x + y; });
}

Number difference_of(const Number& a, const Number& b) {
  return computed(
      a, b, [](auto x, auto y, auto* to) { return __builtin_sub_overflow(x, y, to); },
      [](double x, double y) { return x - y; });
}

Number product_of(const Number& a, const Number& b) {
  return computed(
      a, b, [](auto x, auto y, auto* to) { return __builtin_mul_overflow(x, y, to); },
      [](double x, double y) { return x * y; });
}

Number quotient_of(const Number& a, const Number& b) {
  refuse_zero(b);
  return as_float(a) / as_float(b);
}

Number floored_quotient_of(const Number& a, const Number& b) {
  refuse_zero(b);
  if (!divides_exactly(a, b)) {
    if (integer_in(a) != nullptr && integer_in(b) != nullptr) return negative_of(a);
    return divided(as_float(a), as_float(b)).quotient;
  }
  const std::int64_t x = *integer_in(a), y = *integer_in(b);
  return x / y - (x % y != 0 && (x < 0) != (y < 0) ? 1 : 0);
}

Number remainder_of(const Number& a, const Number& b) {
  refuse_zero(b);
  if (!divides_exactly(a, b)) {
    if (integer_in(a) != nullptr && integer_in(b) != nullptr) return std::int64_t{0};
    return divided(as_float(a), as_float(b)).remainder;
  }
  const std::int64_t y = *integer_in(b), left = *integer_in(a) % y;
  return left != 0 && (left < 0) != (y < 0) ? left + y : left;
}

Number power_of(const Number& base, const Number& exponent) {
  const double e = as_float(exponent), b = as_float(base);
  if (std::abs(e) > kMostExponent) {
    throw Error(sentence("the exponent {} is beyond {}", e, kMostExponent));
  }
  if (b == 0.0 && e < 0.0) throw Error("division by zero: 0 to a power below 0");
  if (b < 0.0 && e != std::trunc(e)) throw Error("a root of a number below 0 is no real number");
  if (integer_in(base) != nullptr && integer_in(exponent) != nullptr && e >= 0.0) {
    Number product = std::int64_t{1};
    for (std::int64_t i = 0; i < *integer_in(exponent) && integer_in(product) != nullptr; ++i) {
      product = product_of(product, base);
    }
    if (integer_in(product) != nullptr) return product;
  }
  return std::pow(b, e);
}

Number negative_of(const Number& number) { return difference_of(std::int64_t{0}, number); }

bool is_less(const Number& a, const Number& b) {
  const auto *x = integer_in(a), *y = integer_in(b);
  return x != nullptr && y != nullptr ? *x < *y : as_float(a) < as_float(b);
}

bool is_equal(const Number& a, const Number& b) {
  const auto *x = integer_in(a), *y = integer_in(b);
  return x != nullptr && y != nullptr ? *x == *y : as_float(a) == as_float(b);
}

Number whole(double value) {
  if (std::abs(value) < kBeyond64Bits) return static_cast<std::int64_t>(value);
  return value;
}

// Python rounds decimals as they are printed: to the nearest text, and back.
Number rounded(const Number& number, std::optional<std::int64_t> digits) {
  const double value = as_float(number);
  if (!digits) return integer_in(number) != nullptr ? number : whole(std::nearbyint(value));
  constexpr std::int64_t kMostDigits = 300;
  if (*digits > kMostDigits || *digits < -kMostDigits) {
    throw Error(sentence("round() takes up to {} digits, found {}", kMostDigits, *digits));
  }
  if (*digits < 0) {
    const double unit = std::pow(10.0, static_cast<double>(-*digits));
    const double result = std::nearbyint(value / unit) * unit;
    return integer_in(number) != nullptr ? whole(result) : Number(result);
  }
  if (integer_in(number) != nullptr) return number;
  char text[700];  // 309 digits before the point, and 300 behind it
  std::snprintf(text, sizeof text, "%.*f", static_cast<int>(*digits), value);
  return std::strtod(text, nullptr);
}

}  // namespace ksampler
