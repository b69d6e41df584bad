#include "host/nodes/filename_prefix.hpp"

#include "host/base/error.hpp"
#include "host/nodes/declarations.hpp"
#include "tests/nodes/pipeline_runner.hpp"
#include "tests/support/error_text.hpp"

#include <gtest/gtest.h>

namespace ksampler {
namespace {

using test::error_text;

// The 5th of February 2031, 8:04:09.
std::tm moment() {
  std::tm time = {};
  time.tm_year = 131;
  time.tm_mon = 1;
  time.tm_mday = 5;
  time.tm_hour = 8;
  time.tm_min = 4;
  time.tm_sec = 9;
  return time;
}

Pipeline pipeline_with(const std::string& prefix) {
  PipelineSource source;
  source.file = "p.yaml";
  source.folder = TEST_DATA "/pictures";
  source.text =
      "nodes:\n  in: { type: LoadImage, image: rgb8.png }\n"
      "  half: { type: ImageScale, image: $in, width: 2, height: 0, upscale_method: area }\n"
      "  show: { type: SaveImage, images: $half, filename_prefix: \"" +
      prefix + "\" }\n";
  return check_pipeline(std::move(source), node_declarations(), {});
}

std::string expanded(const std::string& prefix) {
  return expanded_prefix(prefix, pipeline_with("x"), {.width = 640, .height = 480, .time = moment()});
}

TEST(FilenamePrefix, TakesSizesAndTimes) {
  EXPECT_EQ(expanded("a_%width%x%height%"), "a_640x480");
  EXPECT_EQ(expanded("%year%-%month%-%day%_%hour%%minute%%second%"), "2031-02-05_080409");
  EXPECT_EQ(expanded("%date:yyyy-MM-dd%/%date:h.m.s yy M d%"), "2031-02-05/8.4.9 31 2 5");
  EXPECT_EQ(expanded("%date%"), "20310205080409");
}

TEST(FilenamePrefix, TakesTheValuesOfNodes) {
  EXPECT_EQ(expanded("%half.width%_%half.upscale_method%"), "2_area");
  EXPECT_EQ(expanded("%in.image%"), "rgb8.png");  // not the folder that it is in
}

TEST(FilenamePrefix, TakesTheValuesOfNodesByTypeAndByTitle) {
  EXPECT_EQ(expanded("%ImageScale.width%_%LoadImage.image%"), "2_rgb8.png");
  PipelineSource source{"p.json", TEST_DATA "/pictures", R"({
    "7": {"class_type": "LoadImage", "inputs": {"image": "rgb8.png"}},
    "8": {"class_type": "ImageScale", "_meta": {"title": "First pass"}, "inputs": {"image": ["7", 0],
          "width": 3, "height": 0, "upscale_method": "area", "crop": "disabled"}},
    "9": {"class_type": "SaveImage", "inputs": {"images": ["8", 0], "filename_prefix": "a"}}})"};
  const Pipeline pipeline = check_pipeline(std::move(source), node_declarations(), {});
  const PrefixFacts facts{.width = 640, .height = 480, .time = moment()};
  EXPECT_EQ(expanded_prefix("%First pass.width% %8.width% %ImageScale.width%", pipeline, facts),
            "3 3 3");
}

TEST(FilenamePrefix, LeavesWhatIsNoToken) {
  for (const std::string text :
       {"100%", "%nothing%", "%half.nothing%", "%half.image%", "50%_of_%", "%%", "%none.width%", ""}) {
    EXPECT_EQ(expanded(text), text);
  }
  EXPECT_EQ(expanded("5%_%width%"), "5%_640");
  EXPECT_EQ(expanded("%%width%%"), "%640%");
}

TEST(FilenamePrefix, IsCheckedBeforeARun) {
  EXPECT_EQ(error_text([] { check_filename_prefixes(pipeline_with("../out")); }),
            "p.yaml:4:3: node 'show' (SaveImage): filename prefix '../out' leads out of the output "
            "folder; '..' is not accepted");
  EXPECT_EQ(
      error_text([] { check_filename_prefixes(pipeline_with("/out")); }),
      "p.yaml:4:3: node 'show' (SaveImage): filename prefix '/out' is absolute; a name within the "
      "output folder is wanted");
  EXPECT_EQ(
      error_text([] { check_filename_prefixes(pipeline_with("%half.width%/")); }),
      "p.yaml:4:3: node 'show' (SaveImage): filename prefix '2/' does not end in the name of a file");
  EXPECT_EQ(error_text([] { check_filename_prefixes(pipeline_with("fine/%date%")); }), "no error");
}

TEST(FilenamePrefix, NamesWhatIsWritten) {
  const test::TemporaryFolder folder;
  const Outcome outcome = run_pipeline_text(
      "nodes:\n  in: { type: LoadImage, image: " TEST_DATA
      "/pictures/rgb8.png }\n"
      "  half: { type: ImageScale, image: $in, width: 2, height: 4, upscale_method: area }\n"
      "  show: { type: SaveImage, images: $half, filename_prefix: \"%width%/%in.image%_%height%\" }\n",
      folder.path());
  ASSERT_EQ(outcome.files.size(), 1u);
  EXPECT_EQ(outcome.files[0], folder / "2/rgb8.png_4_00001_.png");
}

TEST(FilenamePrefix, EndsARunBeforeAnythingIsLoaded) {
  const test::TemporaryFolder folder;
  const std::string text = error_text([&] {
    run_pipeline_text(
        "nodes:\n  in: { type: LoadImage, image: pipeline.yaml }\n"
        "  show: { type: SaveImage, images: $in, filename_prefix: ../out }\n",
        folder.path());
  });
  EXPECT_NE(text.find("filename prefix '../out' leads out of the output folder"), std::string::npos)
      << text;
}

// A pipeline with a text of `prompt` and a picture named by `prefix`.
std::string prompted(const std::string& prefix, const std::string& prompt) {
  return "nodes:\n  in: { type: LoadImage, image: " TEST_DATA
         "/pictures/rgb8.png }\n"
         "  said: { type: SetNode, name: \"" +
         prompt + "\", value: $in.image }\n  get: { type: GetNode, name: \"" + prompt +
         "\" }\n"
         "  show: { type: SaveImage, images: $get, filename_prefix: \"" +
         prefix + "\" }\n";
}

constexpr std::size_t kLongest = 255;  // of this machine's disk

TEST(FilenamePrefix, MayFillTheNameThatADiskTakes) {
  const test::TemporaryFolder folder;
  const std::string prefix(kLongest - std::string("_00001_.png").size(), 'a');
  const Outcome outcome = run_pipeline_text(prompted(prefix, "x"), folder.path());
  EXPECT_EQ(outcome.files.at(0).filename().string().size(), kLongest);
  EXPECT_TRUE(outcome.warnings.empty());
}

TEST(FilenamePrefix, IsTooLongBeforeAnythingIsLoaded) {
  const test::TemporaryFolder folder;
  const std::string prefix(kLongest - std::string("_00001_.png").size() + 1, 'a');
  for (const std::string& one : {prefix, std::string(kLongest + 1, 'f') + "/name"}) {
    const std::string text =
        error_text([&] { check_filename_prefixes(pipeline_with(one), folder.path()); });
    EXPECT_NE(
        text.find("makes a name that is 1 bytes too long, with its number and .png: this disk takes "
                  "names of 255 bytes"),
        std::string::npos)
        << text;
  }
  std::string deep;
  for (int i = 0; i < 50; ++i) deep += std::string(100, 'd') + "/";
  EXPECT_NE(error_text([&] {
              check_filename_prefixes(pipeline_with(deep + "x"), folder.path());
            }).find("makes a path of more than 4095 bytes"),
            std::string::npos);
}

TEST(FilenamePrefix, CutsTheValuesOfNodesToWhatADiskTakes) {
  const test::TemporaryFolder folder;
  std::string prompt;
  for (int i = 0; i < 150; ++i) prompt += "\u00f6";  // 300 bytes
  const Outcome outcome =
      run_pipeline_text(prompted("a/%said.name%_%in.image%", prompt), folder.path());
  const std::string name = outcome.files.at(0).filename().string();
  EXPECT_LE(name.size(), kLongest);
  EXPECT_GT(name.size(), kLongest - 2);  // whole characters
  EXPECT_TRUE(name.ends_with("\u00f6_rgb8.png_00001_.png")) << name;
  ASSERT_EQ(outcome.warnings.size(), 1u);
  EXPECT_NE(
      outcome.warnings[0].find("the values in filename_prefix are cut, as this disk takes names of "
                               "255 bytes: 'a/"),
      std::string::npos)
      << outcome.warnings[0];
}

}  // namespace
}  // namespace ksampler
