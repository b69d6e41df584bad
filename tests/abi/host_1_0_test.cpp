// Programs of ks/host.h 1.0 with the library of today: one that was built then, and its source built
// now of the headers of then.
#include "host/base/sanitized.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace ksampler {
namespace {

// What the program prints: the words of each line after the first one.
std::map<std::string, std::vector<std::string>> printed_by(const std::string& program) {
  const std::string command =
      "LD_LIBRARY_PATH=" BINARY_DIR "/lib " + program + " " BINARY_DIR "/plugins 2>&1";
  // NOLINTNEXTLINE(bugprone-command-processor): a fixed command, of the test's own
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
  std::map<std::string, std::vector<std::string>> lines;
  std::array<char, 1024> line{};
  while (std::fgets(line.data(), static_cast<int>(line.size()), pipe.get()) != nullptr) {
    std::istringstream words(line.data());
    std::string first;
    words >> first;
    for (std::string word; words >> word;) lines[first].push_back(word);
  }
  return lines;
}

void expect_near(const std::vector<std::string>& found, const std::vector<double>& expected,
                 double by) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(std::stod(found[i]), expected[i], by) << i;
}

class AProgramOf10 : public ::testing::TestWithParam<const char*> {};

TEST_P(AProgramOf10, GivesItsNumbers) {
  const bool was_built_then = std::string(GetParam()).starts_with(SOURCE_DIR);
  if (KSAMPLER_SANITIZED && was_built_then) GTEST_SKIP() << "it has no sanitizer's runtime";
  const auto lines = printed_by(GetParam());
  const auto words = [&](const std::string& first) {
    const auto at = lines.find(first);
    return at == lines.end() ? std::vector<std::string>() : at->second;
  };
  EXPECT_EQ(words("version"), std::vector<std::string>{"1"});
  EXPECT_EQ(words("listed"), std::vector<std::string>{"1"});
  // Of host_1_0/numbers.py. The ends of the table there have eight digits; the rest is float32.
  expect_near(words("sigmas"), {14.614643, 3.168610, 0.446921, 0.029168, 0}, 1e-5);
  expect_near(words("noise"), {1.9269, 1.4873, 0.9007}, 1e-4);
  expect_near(words("dpmpp_2m"),
              {-0.095922, -0.063948, -0.031974, 0, 0.031974, 0.063948, 0.095922, 0.127895}, 2e-6);
  expect_near(words("guided"),
              {-0.263935, -0.175957, -0.087978, 0, 0.087978, 0.175957, 0.263935, 0.351914}, 2e-6);
  EXPECT_EQ(words("asked"), (std::vector<std::string>{"4", "8"}));
  EXPECT_EQ(words("error"), (std::vector<std::string>{"no", "model"}));
  EXPECT_EQ(words("problems"), std::vector<std::string>{"1"});
  EXPECT_EQ(words("failures"), std::vector<std::string>{"0"});
}

INSTANTIATE_TEST_SUITE_P(Built, AProgramOf10,
                         ::testing::Values(SOURCE_DIR "/tests/abi/host_1_0/built/client",
                                           BINARY_DIR "/bin/abi_host_1_0_client"),
                         [](const auto& named) { return named.index == 0 ? "Then" : "Now"; });

}  // namespace
}  // namespace ksampler
