// Programs of ks/pipeline.h 1.0 with the library of today: one that was built then, and its source
// built now of the headers of then.
#include "host/base/sanitized.hpp"
#include "tests/abi/program_lines.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace ksampler {
namespace {

std::vector<std::string> split(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

class AProgramOfPipelines10 : public ::testing::TestWithParam<const char*> {};

TEST_P(AProgramOfPipelines10, GetsWhatItWasPromised) {
  const bool was_built_then = std::string(GetParam()).starts_with(SOURCE_DIR);
  if (KSAMPLER_SANITIZED && was_built_then) GTEST_SKIP() << "it has no sanitizer's runtime";
  const test::TemporaryFolder out;
  const test::ProgramLines lines(std::string(GetParam()) + " " SOURCE_DIR "/configs " +
                                 out.path().string());
  EXPECT_EQ(lines.words("version"), split("1"));
  // Of pipeline_1_0/numbers.py.
  EXPECT_EQ(lines.words("blend"), split("170 129 110"));
  // Width, height, channels, index, count, node: of the blend, and of what was sampled.
  EXPECT_EQ(lines.words("picture"), split("5 4 3 1 2 save 64 64 3 0 1 save"));
  // Nodes, steps, previews (of every second step, and of the last), pictures, files.
  EXPECT_EQ(lines.words("heard"), split("4 0 0 2 0 7 3 2 1 1"));
  EXPECT_EQ(lines.words("again"), split("1"));
  EXPECT_EQ(lines.words("stopped_after"), split("1"));
  // Line, column, kind, node, input, and whether there is a message.
  EXPECT_EQ(lines.words("stopped"), split("0 0 stopped - - 1"));
  EXPECT_EQ(lines.words("wrong"), split("2 17 unknown_type a - 1 3 36 too_small b width 1 "
                                        "4 36 bad_link save images 1"));
  EXPECT_EQ(lines.words("argument"), split("0 0 bad_argument - - 1"));
  EXPECT_EQ(lines.words("failures"), split("0"));
}

INSTANTIATE_TEST_SUITE_P(Built, AProgramOfPipelines10,
                         ::testing::Values(SOURCE_DIR "/tests/abi/pipeline_1_0/built/client",
                                           BINARY_DIR "/bin/abi_pipeline_1_0_client"),
                         [](const auto& named) { return named.index == 0 ? "Then" : "Now"; });

}  // namespace
}  // namespace ksampler
