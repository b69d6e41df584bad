// What libks_host is, as a file: what it exports, depends on and weighs.
#include "host/base/sanitized.hpp"
#include "tests/support/exported_functions.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <sstream>
#include <string>

namespace ksampler::test {
namespace {

const std::string kLibrary = BINARY_DIR "/lib/libks_host.so.1";

// What the header declares is what the library exports: a function that is missing, or one too many,
// shows.
TEST(LibKsHost, ExportsWhatItsHeaderDeclares) {
  const std::set<std::string> declared = declared_functions(SOURCE_DIR "/sdk/include/ks/host.h");
  EXPECT_GE(declared.size(), 25U);
  EXPECT_EQ(exported_functions(kLibrary), declared);
}

TEST(LibKsHost, NeedsTheCAndCxxLibrariesAlone) {
  if (KSAMPLER_SANITIZED) GTEST_SKIP() << "a sanitizer brings its own";
  std::istringstream lines(output_of("readelf -d " + kLibrary));
  const std::set<std::string> known = {"libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1",
                                       "ld-linux-x86-64.so.2"};
  int needed = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("(NEEDED)") == std::string::npos) continue;
    ++needed;
    const std::string name = line.substr(line.find('[') + 1, line.find(']') - line.find('[') - 1);
    EXPECT_TRUE(known.contains(name)) << name;
  }
  EXPECT_GE(needed, 2);
}

// A program may have loaded much before: there is room for no more of the static kind.
TEST(LibKsHost, CanBeLoadedLate) {
  if (KSAMPLER_SANITIZED) GTEST_SKIP() << "a sanitizer brings its own";
  EXPECT_EQ(output_of("readelf -rW " + kLibrary).find("R_X86_64_TPOFF"), std::string::npos);
}

TEST(LibKsHost, IsBelowTwoMegabytes) {
#ifdef NDEBUG
  if (KSAMPLER_SANITIZED) GTEST_SKIP() << "a sanitizer makes it larger";
  EXPECT_LT(std::filesystem::file_size(kLibrary), 2'000'000U);
#else
  GTEST_SKIP() << "not optimised";
#endif
}

}  // namespace
}  // namespace ksampler::test
