#include "host/plugin/unmapping.hpp"

#include "host/plugin/read_file.hpp"
#include "tests/plugin/fixtures.hpp"
#include "tests/swap/swap_case.hpp"

#include <gtest/gtest.h>

namespace ksampler {
namespace {

std::string why(const std::filesystem::path& file) {
  const std::vector<std::byte> bytes = read_file(file);
  return why_mapped(ElfFile(file.string(), bytes));
}

TEST(Unmapping, IsSafeForAPluginThatKeepsNothing) {
  EXPECT_EQ(why(test::swap_variant(1) / "swap.so"), "");
  EXPECT_EQ(why(test::good_plugin("minimal")), "");
}

TEST(Unmapping, IsNotWhereAThreadHasVariablesOfThePlugin) {
  EXPECT_EQ(why(test::swap_variant(8) / "swap.so"), "has thread_local variables");
}

TEST(Unmapping, IsNotWhereALibraryThatNobodyKnowsIsNeeded) {
  EXPECT_EQ(why(BINARY_DIR "/tests/fixtures/plugins/broken/needs_libtorch.so"),
            "needs libtorch_stand_in.so, which may keep an address of its code");
}

TEST(Unmapping, IsNotWithAUniqueSymbol) {
  const std::string text = why(BINARY_DIR "/tests/fixtures/plugins/broken/unique_symbol.so");
  EXPECT_TRUE(text.starts_with("has the unique symbol ")) << text;
}

}  // namespace
}  // namespace ksampler
