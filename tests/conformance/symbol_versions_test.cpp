#include "host/conformance/symbol_versions.hpp"

#include <gtest/gtest.h>

namespace ksampler::conformance {
namespace {

TEST(SymbolVersions, AreComparedNumberByNumber) {
  EXPECT_TRUE(is_above("2.34", "2.4"));
  EXPECT_TRUE(is_above("2.4.1", "2.4"));
  EXPECT_FALSE(is_above("2.4", "2.34"));
  EXPECT_FALSE(is_above("2.36", "2.36"));
}

TEST(SymbolVersions, TheHighestOfALibraryIsFoundAmongOthers) {
  const std::vector<std::string> versions = {"GLIBC_2.4", "GLIBC_2.34", "GLIBC_PRIVATE",
                                             "GLIBCXX_3.4.29"};
  EXPECT_EQ(highest_version(versions, "GLIBC"), "2.34");
  EXPECT_EQ(highest_version(versions, "GLIBCXX"), "3.4.29");
  EXPECT_EQ(highest_version(versions, "CXXABI"), "");
}

}  // namespace
}  // namespace ksampler::conformance
