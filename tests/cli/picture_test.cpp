// Pictures that remember how they were made: run again, and verified.
#include "host/files/png.hpp"
#include "tests/cli/program.hpp"

#include <fstream>

namespace ksampler::test {
namespace {

const std::string kConfigs = SOURCE_DIR "/configs";

class PictureVerbs : public Program {
 protected:
  // p/pipeline.yaml, which scales p/in.png, run to out/small_00001_.png.
  Outcome make_small() const {
    std::filesystem::create_directories(folder_ / "p");
    std::filesystem::copy_file(TEST_DATA "/pictures/rgb8.png", folder_ / "p/in.png");
    write("p/pipeline.yaml",
          "nodes:\n"
          "  in: { type: LoadImage, image: in.png }\n"
          "  small: { type: ImageScale, image: $in, upscale_method: area, width: 3, height: 3 }\n"
          "  save: { type: SaveImage, images: $small, filename_prefix: small }\n");
    return run_built({"run", "p/pipeline.yaml", "--out", "out", "--device", "cpu", "--set",
                      "small.width=4", "--set", "save.filename_prefix=a\\b"});
  }

  // Changes the pixels of a picture and keeps its texts.
  void repaint(const std::filesystem::path& file, std::size_t index, std::uint8_t by) const {
    const Picture picture = read_png(file);
    std::vector<std::uint8_t> pixels;
    for (std::size_t i = 0; i < picture.rgba.size(); ++i) {
      if (i % 4 < 3) pixels.push_back(static_cast<std::uint8_t>(picture.rgba[i] / 257));
    }
    pixels[index] = static_cast<std::uint8_t>(pixels[index] + by);
    const auto bytes = png_bytes(picture.width, picture.height, pixels, picture.text);
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
};

TEST_F(PictureVerbs, RunWithTheSettingsAndFilesOfTheFirstRun) {
  ASSERT_EQ(make_small().code, 0);
  EXPECT_EQ(read_png(folder_ / "out/a\\b_00001_.png").text.at("folder"), "../p");
  const Outcome again = run_built({"run", "out/a\\b_00001_.png", "--out", "other", "--quiet"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(again.out, "other/a\\b_00001_.png\n");
  const Picture second = read_png(folder_ / "other/a\\b_00001_.png");
  EXPECT_EQ(second.width, 4u);  // as set
  EXPECT_EQ(second.rgba, read_png(folder_ / "out/a\\b_00001_.png").rgba);
}

TEST_F(PictureVerbs, RunWithSettingsOfTheirOwn) {
  ASSERT_EQ(make_small().code, 0);
  const Outcome again =
      run_built({"run", "out/a\\b_00001_.png", "--out", "other", "--set", "small.width=2"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(read_png(folder_ / "other/a\\b_00001_.png").width, 2u);
}

// As seen from the pipeline's folder: where it was typed says nothing to who runs the picture.
TEST_F(PictureVerbs, FindTheFilesThatWereSet) {
  ASSERT_EQ(make_small().code, 0);
  std::filesystem::create_directories(folder_ / "q");
  std::filesystem::copy_file(folder_ / "p/in.png", folder_ / "q/other.png");
  ASSERT_EQ(run_built({"run", "p/pipeline.yaml", "--out", "out", "--device", "cpu", "--set",
                       "in.image=q/other.png"})
                .code,
            0);
  const Picture made = read_png(folder_ / "out/small_00001_.png");
  EXPECT_EQ(made.text.at("settings"), "in.image=../q/other.png\n");
  EXPECT_EQ(run_built({"verify", "out/small_00001_.png", "--quiet"}).code, 0);
  ASSERT_EQ(run_built({"run", "out/small_00001_.png", "--out", "again", "--quiet"}).code, 0);
  EXPECT_EQ(read_png(folder_ / "again/small_00001_.png").text.at("settings"),
            "in.image=../q/other.png\n");
}

TEST_F(PictureVerbs, HaveAMisspeltPictureNamed) {
  ASSERT_EQ(make_small().code, 0);
  for (const char* verb : {"run", "verify"}) {
    const Outcome outcome = run_built({verb, "p/inn.png"});
    EXPECT_EQ(outcome.err, "p/inn.png: error: there is no such file; did you mean 'p/in.png'?\n");
  }
}

TEST_F(PictureVerbs, VerifyThatNothingChanged) {
  ASSERT_EQ(make_small().code, 0);
  const Outcome outcome = run_built({"verify", "out/a\\b_00001_.png", "--quiet"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "out/a\\b_00001_.png: the same: all 12 pixels are equal, bit for bit\n");
  EXPECT_EQ(outcome.err, "");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a\\b_00001_.png"));  // writes nothing here
}

TEST_F(PictureVerbs, VerifyFindsAPixelThatChanged) {
  ASSERT_EQ(make_small().code, 0);
  repaint(folder_ / "out/a\\b_00001_.png", 7, 3);
  const Outcome outcome = run_built({"verify", "out/a\\b_00001_.png", "--quiet"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.out,
            "out/a\\b_00001_.png: not the same: 1 of 12 pixels differ, by at most 3 of 255 levels\n");
}

TEST_F(PictureVerbs, VerifyASampledPicture) {
  ASSERT_EQ(
      run_built({"run", kQuickstart, "--set", "base.steps=3", "--device", "cpu", "--out", "o"}).code,
      0);
  const Picture picture = read_png(folder_ / "o/quickstart_00001_.png");
  // Where the picture's folder and the pipeline's share only the root, the way between is not recorded.
  const auto top = [](const std::filesystem::path& path) { return *path.relative_path().begin(); };
  EXPECT_EQ(picture.text.contains("folder"), top(folder_) == top(SOURCE_DIR));
  const std::vector<std::string> command = {
      "verify", "o/quickstart_00001_.png", "--folder", kConfigs, "--device", "cpu"};
  const Outcome outcome = run_built(command);
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  EXPECT_NE(outcome.err.find("(KSampler)"), std::string::npos) << outcome.err;
  repaint(folder_ / "o/quickstart_00001_.png", 0, 1);
  EXPECT_EQ(run_built(command).code, 1);
}

TEST_F(PictureVerbs, NameTheFileThatIsNotThere) {
  ASSERT_EQ(make_small().code, 0);
  std::filesystem::remove(folder_ / "p/in.png");
  const Outcome outcome = run_built({"verify", "out/a\\b_00001_.png"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.err.rfind("out/a\\b_00001_.png(pipeline):2:33: error: 'image' of node 'in' is "
                              "'in.png'; there is no file ",
                              0),
            0u)
      << outcome.err;
}

TEST_F(PictureVerbs, CheckTheRecordedPipeline) {
  ASSERT_EQ(make_small().code, 0);
  const std::string picture = "out/a\\b_00001_.png";
  EXPECT_EQ(run({"check", picture}).out, picture + ": fine, 3 nodes\n");
  const Outcome outcome = run({"check", picture, "--set", "small.width=-1"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.err.rfind("--set small.width=-1: error: 'width' of node 'small' is -1", 0), 0u)
      << outcome.err;
}

TEST_F(PictureVerbs, SayHowAMovedOneFindsItsFiles) {
  ASSERT_EQ(make_small().code, 0);
  std::filesystem::create_directories(folder_ / "far/away");
  std::filesystem::rename(folder_ / "out/a\\b_00001_.png", folder_ / "far/away/moved.png");
  for (const std::string verb : {"verify", "check", "run"}) {
    const Outcome outcome = run_built({verb, "far/away/moved.png"});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_NE(outcome.err.find("`--folder DIR` says where the files are"), std::string::npos)
        << outcome.err;
  }
  EXPECT_EQ(run({"check", "far/away/moved.png", "--folder", "p"}).code, 0);
}

TEST_F(PictureVerbs, RefuseAPictureWithoutARecord) {
  std::filesystem::copy_file(TEST_DATA "/pictures/rgb8.png", folder_ / "plain.png");
  for (const std::string verb : {"run", "verify", "check"}) {
    const Outcome outcome = run({verb, "plain.png"});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(outcome.err,
              "plain.png: error: holds no pipeline; pictures that SaveImage of ksampler or of ComfyUI "
              "wrote do\n");
  }
}

TEST_F(PictureVerbs, RunWhatComfyUiRecordedFirstOfAllItsPrompt) {
  const std::vector<std::uint8_t> pixels(3);
  const std::string prompt =
      R"({"1": {"class_type": "LoadImage", "inputs": {"image": "in.png"}},
          "2": {"class_type": "ImageScale", "inputs": {"image": ["1", 0], "upscale_method": "area",
                "width": 4, "height": 3, "crop": "disabled"}},
          "3": {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "comfy"}}})";
  const std::string workflow = R"({"nodes": [], "links": []})";
  const auto bytes = png_bytes(1, 1, pixels, {{"prompt", prompt}, {"workflow", workflow}});
  write("comfy.png", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  std::filesystem::copy_file(TEST_DATA "/pictures/rgb8.png", folder_ / "in.png");
  const Outcome outcome = run_built({"run", "comfy.png", "--out", "out", "--quiet"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(read_png(folder_ / "out/comfy_00001_.png").width, 4u);
  // What was made can be made again, from its own record.
  EXPECT_EQ(run_built({"verify", "out/comfy_00001_.png", "--folder", ".", "--quiet"}).code, 0);
}

TEST_F(PictureVerbs, RefuseAComfyUiPictureOfNoNodes) {
  const std::vector<std::uint8_t> pixels(3);
  const auto bytes = png_bytes(1, 1, pixels, {{"prompt", "{}"}, {"workflow", "{}"}});
  write("comfy.png", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  EXPECT_EQ(run({"verify", "comfy.png"}).err,
            "comfy.png: error: holds no pipeline; pictures that SaveImage of ksampler or of ComfyUI "
            "wrote do\n");
}

TEST_F(PictureVerbs, RefuseAFileThatIsNoPicture) {
  write("text.png", "nodes:\n");
  EXPECT_EQ(run({"run", "text.png"}).err, "text.png: error: is no picture; a PNG is wanted\n");
  EXPECT_EQ(run({"verify", "text.png"}).err, "text.png: error: is no picture; a PNG is wanted\n");
}

}  // namespace
}  // namespace ksampler::test
