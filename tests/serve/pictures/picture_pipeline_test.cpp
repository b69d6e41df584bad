#include "host/serve/pictures/picture_pipeline.hpp"

#include "tests/support/error_text.hpp"

#include <gtest/gtest.h>

#include <set>

namespace ksampler::test {
namespace {

class PicturePipelineOf : public ::testing::Test {
 protected:
  PicturePipeline of(const std::string& config) const {
    return {read_pipeline(SOURCE_DIR "/configs/" + config), registry_};
  }
  PicturePipeline of_text(const std::string& text) const {
    return {{"mine.yaml", SOURCE_DIR "/configs", text}, registry_};
  }
  static std::set<std::string> settings(const Submission& submission) {
    std::set<std::string> texts;
    for (const Setting& each : submission.settings) texts.insert(each.text);
    return texts;
  }

  const Registry registry_{{std::filesystem::path(BINARY_DIR) / "plugins"}};
};

TEST_F(PicturePipelineOf, PutsARequestWhereAKSamplerHasIt) {
  const PicturePipeline pipeline = of("quickstart.yaml");
  EXPECT_EQ(pipeline.name(), "quickstart");
  EXPECT_EQ(pipeline.without(), (std::vector<std::string>{"picture", "mask"}));
  PictureRequest request;
  request.prompt = "a \"red\" circle: $5";
  request.negative = "blue";
  request.seed = 18446744073709551615u;
  request.cfg = 7.5;
  request.sampler = "euler";
  request.width = 256;
  request.batch = 1;
  const std::set<std::string> expected = {"positive.text=\"a \\\"red\\\" circle: $5\"",
                                          "negative.text=\"blue\"",
                                          "base.seed=18446744073709551615",
                                          "base.cfg=7.5",
                                          "base.sampler_name=\"euler\"",
                                          "canvas.width=256",
                                          "canvas.batch_size=1"};
  EXPECT_EQ(settings(pipeline.with(request)), expected);
}

TEST_F(PicturePipelineOf, FindsThePictureAndItsSizeBehindTheLatent) {
  const PicturePipeline pipeline = of("photo_to_photo.yaml");
  EXPECT_TRUE(pipeline.takes("picture"));
  PictureRequest request;
  request.picture = "/somewhere/a.png";
  request.width = 64;
  request.height = 64;
  request.denoise = 0.4;
  const std::set<std::string> expected = {"photo.image=\"/somewhere/a.png\"", "fitting.width=64",
                                          "fitting.height=64", "base.denoise=0.4"};
  EXPECT_EQ(settings(pipeline.with(request)), expected);
}

TEST_F(PicturePipelineOf, AnswersWithWhatIsWrittenBehindTheSamplingAlone) {
  EXPECT_EQ(of("photo_to_photo.yaml").results(), std::set<std::string>{"after"});
  EXPECT_EQ(of("quickstart.yaml").results(), std::set<std::string>{"save"});
}

TEST_F(PicturePipelineOf, LeavesWhatWasNotSaidAsItIs) {
  EXPECT_TRUE(of("quickstart.yaml").with({}).settings.empty());
}

TEST_F(PicturePipelineOf, RefusesOneWithoutAPlaceForAPrompt) {
  EXPECT_NE(error_text([&] {
              of_text(
                  "nodes:\n  a: { type: LoadImage, image: pictures/ball.png }\n"
                  "  b: { type: SaveImage, images: $a }\n");
            }).find("mine.yaml: there is no place for a prompt"),
            std::string::npos);
}

}  // namespace
}  // namespace ksampler::test
