// The C++ face of ks/pipeline.h.
#include <ks/pipeline.hpp>

#include "tests/pipelines/run_case.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace ksampler::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

ks::PipelineOptions in_configs() { return {.folder = SOURCE_DIR "/configs"}; }

TEST(APipelineInCxx, GivesPicturesAsSpansAndSaysWhatIsDone) {
  ks::Pipelines host;
  std::vector<std::string> said;
  std::vector<std::uint8_t> first;
  ks::PipelineOptions options;
  options.inputs = {"red.width=4"};
  options.picture = [&](const ks::Picture& made) {
    EXPECT_EQ(made.pixels.size(), std::size_t{4 * 2 * 3});
    if (made.index == 0) first.assign(made.pixels.begin(), made.pixels.end());
    said.push_back("picture of " + std::string(made.node));
  };
  options.node = [&](std::string_view node, std::string_view type) {
    said.push_back(std::string(node) + " " + std::string(type));
  };
  host.run(kTwoColours, options);
  EXPECT_THAT(said,
              ElementsAre("red EmptyImage", "save SaveImage", "picture of save", "picture of save"));
  EXPECT_THAT(std::vector(first.begin(), first.begin() + 3), ElementsAre(0xff, 0x80, 0x00));
}

TEST(APipelineInCxx, ThrowsEachThingThatIsWrong) {
  const ks::Pipelines host;
  try {
    host.check(
        "nodes:\n  red:  { type: EmptyImag, width: 3 }\n  save: { type: SaveImage, images: $redd }\n");
    FAIL() << "it was taken";
  } catch (const ks::PipelineError& error) {
    EXPECT_EQ(error.status, KS_ERROR);
    EXPECT_EQ(error.kind(), "unknown_type");
    ASSERT_EQ(error.problems.size(), 2U);
    EXPECT_EQ(error.problems[0].line, 2);
    EXPECT_EQ(error.problems[0].node, "red");
    EXPECT_EQ(error.problems[1].kind, "bad_link");
    EXPECT_EQ(error.problems[1].column, 36);
    EXPECT_EQ(error.problems[1].input, "images");
  }
  EXPECT_THROW(ks::Pipelines({.device = "gpu"}), ks::PipelineError);
}

TEST(APipelineInCxx, EndsByAnExceptionOfAFunctionWhichComesOut) {
  ks::Pipelines host;
  ks::PipelineOptions options = in_configs();
  std::uint32_t steps = 0;
  options.step = [&](std::string_view, std::uint32_t, std::uint32_t) {
    ++steps;
    throw std::out_of_range("enough");
  };
  EXPECT_THROW(host.run(kSampled, options), std::out_of_range);
  EXPECT_EQ(steps, 1U);
}

TEST(APipelineInCxx, EndsWhereItsStopIsAskedFor) {
  ks::Pipelines host;
  std::stop_source stop;
  ks::PipelineOptions options = in_configs();
  options.stop = stop.get_token();
  options.step = [&](std::string_view, std::uint32_t, std::uint32_t) { stop.request_stop(); };
  try {
    host.run(kSampled, options);
    FAIL() << "it went on";
  } catch (const ks::PipelineError& error) {
    EXPECT_EQ(error.status, KS_STOPPED);
    EXPECT_EQ(error.kind(), "stopped");
  }
}

TEST(APipelineInCxx, LogsWhereItIsAskedToAndMayBeMoved) {
  std::vector<std::string> lines;
  ks::PipelinesOptions options;
  options.plugin_folders = {BINARY_DIR "/tests/fixtures/plugins/logging"};
  options.log = [&](std::uint32_t, std::string_view plugin, std::string_view line) {
    lines.push_back(std::string(plugin) + ": " + std::string(line));
  };
  ks::Pipelines first(std::move(options));
  ks::Pipelines host(std::move(first));
  ks::PipelineOptions run = in_configs();
  std::string text = kSampled;
  text.replace(text.find("euler"), 5, "logged");
  host.run(text, run);
  EXPECT_THAT(lines, Contains("logging: init by ksampler"));
  EXPECT_THAT(lines, Contains(::testing::HasSubstr(": base: sampler 'logged' is not made for")));
}

}  // namespace
}  // namespace ksampler::test
