// Programs of ks/host.h 1.0 with the library of today: one that was built then, and its source built
// now of the headers of then.
#include "host/base/sanitized.hpp"
#include "tests/abi/program_lines.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ksampler {
namespace {

void expect_near(const std::vector<std::string>& found, const std::vector<double>& expected,
                 double by) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(std::stod(found[i]), expected[i], by) << i;
}

class AProgramOf10 : public ::testing::TestWithParam<const char*> {};

TEST_P(AProgramOf10, GivesItsNumbers) {
  const bool was_built_then = std::string(GetParam()).starts_with(SOURCE_DIR);
  if (KSAMPLER_SANITIZED && was_built_then) GTEST_SKIP() << "it has no sanitizer's runtime";
  const test::ProgramLines lines(std::string(GetParam()) + " " BINARY_DIR "/plugins");
  const auto words = [&](const std::string& first) { return lines.words(first); };
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
