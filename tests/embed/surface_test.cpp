// What libks_host is, as a file: what it exports, depends on and weighs.
#include "host/base/sanitized.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <string>

namespace ksampler::test {
namespace {

const std::string kLibrary = BINARY_DIR "/lib/libks_host.so.1";

std::string output_of(const std::string& command) {
  // NOLINTNEXTLINE(bugprone-command-processor): a fixed command, of the test's own
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
  std::string text;
  std::array<char, 4096> buffer{};
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    text.append(buffer.data(), count);
  }
  return text;
}

// What the header declares is what the library exports: a function that is missing, or one too many,
// shows.
TEST(LibKsHost, ExportsWhatItsHeaderDeclares) {
  std::ifstream header(SOURCE_DIR "/sdk/include/ks/host.h");
  std::stringstream text;
  text << header.rdbuf();
  std::set<std::string> declared, exported;
  const std::string all = text.str();
  for (std::size_t at = 0; (at = all.find("KS_EXPORT ", at)) != std::string::npos; ++at) {
    const std::size_t end = all.find('(', at);
    const std::size_t begin = all.find_last_of(" *", end) + 1;
    declared.insert(all.substr(begin, end - begin));
  }
  std::istringstream lines(output_of("nm -D --defined-only --format=posix " + kLibrary));
  for (std::string name, type; lines >> name >> type; std::getline(lines, name)) {
    if (type == "T") exported.insert(name.substr(0, name.find('@')));
  }
  EXPECT_GE(declared.size(), 25U);
  EXPECT_EQ(exported, declared);
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
