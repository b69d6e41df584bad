#include "host/graph/scalar.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace ksampler {

TEST(Scalar, ReadsIntegersExactlyOrNotAtAll) {
  std::int64_t value = 0;
  EXPECT_EQ(parse_integer("9223372036854775807", value), Parsed::fine);
  EXPECT_EQ(value, std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse_integer("-9223372036854775808", value), Parsed::fine);
  EXPECT_EQ(value, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parse_integer("+7", value), Parsed::fine);
  EXPECT_EQ(value, 7);
  EXPECT_EQ(parse_integer("010", value), Parsed::fine);  // YAML 1.2: no octal
  EXPECT_EQ(value, 10);
  EXPECT_EQ(parse_integer("-0x10", value), Parsed::fine);
  EXPECT_EQ(value, -16);
  EXPECT_EQ(parse_integer("9223372036854775808", value), Parsed::too_large);
  EXPECT_EQ(parse_integer("-9223372036854775809", value), Parsed::too_large);
}

TEST(Scalar, RefusesWhatIsNoInteger) {
  std::int64_t value = 0;
  for (const char* text :
       {"", "+", "-", "--1", "+-1", "0x", "0xg", "1_000", "1 000", "1.0", "1e3", "1,", " 1", "١"}) {
    EXPECT_EQ(parse_integer(text, value), Parsed::not_a_number) << text;
  }
}

TEST(Scalar, ReadsNumbersWithoutLocale) {
  double value = 0;
  EXPECT_EQ(parse_number("-1.5e+3", value), Parsed::fine);
  EXPECT_EQ(value, -1500.0);
  EXPECT_EQ(parse_number("1e3", value), Parsed::fine);
  EXPECT_EQ(value, 1000.0);
  EXPECT_EQ(parse_number("0x10", value), Parsed::fine);
  EXPECT_EQ(value, 16.0);
  EXPECT_EQ(parse_number("-0", value), Parsed::fine);
  EXPECT_EQ(parse_number("1e400", value), Parsed::too_large);
}

TEST(Scalar, RefusesWhatIsNoNumber) {
  double value = 0;
  for (const char* text :
       {"", ".", "-", "--1", "1,5", "1.5.5", "1e", "e3", "one", "0x", "infinite", "nano"}) {
    EXPECT_EQ(parse_number(text, value), Parsed::not_a_number) << text;
  }
  for (const char* text : {".nan", ".NaN", "nan", ".inf", "-.inf", "+.INF", "Infinity"}) {
    EXPECT_EQ(parse_number(text, value), Parsed::not_finite) << text;
  }
}

TEST(Scalar, WritesTheShortestTextThatReadsBackEqual) {
  for (const double value : {0.1, 1.0 / 3.0, 7.0, 1e-300, -2.5e20}) {
    double back = 0;
    EXPECT_EQ(parse_number(shortest_decimal(value), back), Parsed::fine);
    EXPECT_EQ(back, value);
  }
  EXPECT_EQ(shortest_decimal(0.1), "0.1");
  EXPECT_EQ(shortest_decimal(8), "8");
}

}  // namespace ksampler
