#include "host/cli/byte_size.hpp"

#include <gtest/gtest.h>

namespace ksampler {
namespace {

TEST(SizesOfMemory, AreReadAsPeopleWriteThem) {
  constexpr std::uint64_t kGiga = std::uint64_t{1} << 30U;
  for (const char* text : {"6GB", "6gb", "6 GB", "6G", "6GiB", "6gi", "6.0GB"}) {
    EXPECT_EQ(parse_byte_size(text), 6 * kGiga) << text;
  }
  EXPECT_EQ(parse_byte_size("0.5GB"), kGiga / 2);
  EXPECT_EQ(parse_byte_size("800MB"), 800U << 20U);
  EXPECT_EQ(parse_byte_size("4096"), 4096U);
  EXPECT_EQ(parse_byte_size("4096b"), 4096U);
  EXPECT_EQ(parse_byte_size("1T"), 1024 * kGiga);
}

TEST(SizesOfMemory, AreNothingElse) {
  for (const char* text : {"", "GB", "6XB", "-1GB", "6GBs", "6 G B", "1e3", "nan", "inf", "0x6",
                           "6,5GB", "99999999999TB", "6Gibb"}) {
    EXPECT_EQ(parse_byte_size(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace ksampler
