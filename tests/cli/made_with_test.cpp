// `ksampler verify` on what a picture was made with; `ksampler run --preview`.
#include "host/files/png.hpp"
#include "tests/cli/program.hpp"

#include <fstream>

namespace ksampler::test {
namespace {

namespace fs = std::filesystem;

class PicturesOfAModel : public Program {
 protected:
  PicturesOfAModel() {
    fs::copy_file(TEST_DATA "/parity/model.safetensors", folder_ / "model.safetensors");
    write("p.yaml", R"(nodes:
  model: { type: ToyDenoiser, file: model.safetensors, denoiser: mixture, parameterization: eps }
  one: { type: ToyConditioning, label: 1 }
  canvas: { type: EmptyLatentImage, width: 128, height: 128, batch_size: 3 }
  base: { type: KSampler, model: $model, positive: $one, negative: $one, latent_image: $canvas, seed: 7,
          steps: 5, cfg: 1.0, sampler_name: euler, scheduler: karras }
  image: { type: LatentPreview, samples: $base }
  first: { type: SaveImage, images: $image, filename_prefix: made }
)");
  }

  // The picture that was made, with other pixels or another record.
  void replace(const Picture& made, const std::vector<std::uint8_t>& pixels,
               const std::map<std::string, std::string>& text) const {
    const auto bytes = png_bytes(made.width, made.height, pixels, text);
    std::ofstream(folder_ / "made_00001_.png", std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  static std::vector<std::uint8_t> pixels_of(const Picture& picture) {
    std::vector<std::uint8_t> pixels;
    for (std::size_t i = 0; i < picture.rgba.size(); ++i) {
      if (i % 4 < 3) pixels.push_back(static_cast<std::uint8_t>(picture.rgba[i] / 257));
    }
    return pixels;
  }

  Outcome run_it(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"run", "p.yaml", "--device", "cpu"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_built(arguments);
  }
  Outcome verify(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"verify", "made_00001_.png", "--device", "cpu", "--quiet"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_built(arguments);
  }
};

TEST_F(PicturesOfAModel, SayNothingWhereAllIsAsItWas) {
  ASSERT_EQ(run_it().code, 0);
  const Outcome outcome = verify();
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "made_00001_.png: the same: all 256 pixels are equal, bit for bit\n");
}

TEST_F(PicturesOfAModel, NameTheTypesThatNetworksComputedWith) {
  ASSERT_EQ(run_it({"--vae-dtype", "bf16"}).code, 0);
  EXPECT_EQ(verify({"--vae-dtype", "fp16"}).out,  // this pipeline has no network of these
            "made_00001_.png: the same: all 256 pixels are equal, bit for bit\n"
            "  what networks computed with: unet auto, vae bf16, text auto then, unet auto, vae fp16, "
            "text auto now\n");
}

TEST_F(PicturesOfAModel, AreRepeatedInTheUsualTypesWhereThatIsAskedFor) {
  ASSERT_EQ(run_it({"--vae-dtype", "bf16"}).code, 0);
  EXPECT_EQ(
      verify({"--vae-dtype", "auto"}).out,
      "made_00001_.png: the same: all 256 pixels are equal, bit for bit\n"
      "  what networks computed with: unet auto, vae bf16, text auto then, the usual types now\n");
}

// Which is in a folder that is gone by then.
TEST_F(PicturesOfAModel, NameNoRescuedLatentWhereTheyCannotBeMade) {
  fs::copy_file(TEST_DATA "/pictures/rgb8.png", folder_ / "in.png");
  std::string text = read_text(folder_ / "p.yaml");
  text.insert(text.find("  image:"),
              "  late: { type: LoadImage, image: in.png }\n"
              "  second: { type: SaveImage, images: $late, filename_prefix: second }\n");
  write("p.yaml", text);
  ASSERT_EQ(run_it().code, 0);
  write("in.png", "no picture any more");
  const Outcome outcome = verify();
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("in.png"), std::string::npos) << outcome.err;
  EXPECT_EQ(outcome.err.find("rescued"), std::string::npos) << outcome.err;
  EXPECT_NE(run_it().err.find("rescued_base_00001_.latent"), std::string::npos);
}

TEST_F(PicturesOfAModel, AreRepeatedInTheTypesAndOnTheDeviceThatTheyWereMadeWith) {
  ASSERT_EQ(run_it({"--vae-dtype", "bf16", "--unet-dtype", "fp16"}).code, 0);
  EXPECT_EQ(verify().out, "made_00001_.png: the same: all 256 pixels are equal, bit for bit\n");
  ASSERT_EQ(run_built({"run", "made_00001_.png", "--out", "again"}).code, 0);
  const std::string record = read_png(folder_ / "again/made_00001_.png").text.at("made_with");
  EXPECT_NE(record.find(R"("dtypes":{"unet":"fp16","vae":"bf16","text":"auto"})"), std::string::npos)
      << record;
  EXPECT_NE(record.find(R"("device":"cpu")"), std::string::npos) << record;
}

TEST_F(PicturesOfAModel, NameTheModelThatIsAnother) {
  ASSERT_EQ(run_it().code, 0);
  const auto size = static_cast<std::streamoff>(fs::file_size(folder_ / "model.safetensors"));
  {
    // Some number in the middle of it: whether the picture shows it does not matter here.
    std::fstream file(folder_ / "model.safetensors", std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(size / 2);
    const int byte = file.get();
    file.seekp(size / 2);
    file.put(static_cast<char>(byte ^ 1));
  }
  const Outcome outcome = verify();
  EXPECT_NE(
      outcome.out.find("\n  file model.file (model.safetensors): its contents are others: sha256 "),
      std::string::npos)
      << outcome.out << outcome.err;
}

TEST_F(PicturesOfAModel, NameThePluginThatIsAnother) {
  ASSERT_EQ(run_it().code, 0);
  const fs::path plugin = folder_ / "others/k-diffusion";
  fs::create_directories(plugin);
  for (const char* name : {"k-diffusion.so", "plugin.toml"}) {
    fs::copy_file(fs::path(BINARY_DIR "/plugins/k-diffusion") / name, plugin / name);
  }
  std::ofstream(plugin / "k-diffusion.so", std::ios::app | std::ios::binary) << "another build";
  environment_["KSAMPLER_PLUGIN_PATH"] = (folder_ / "others").string();
  const Outcome outcome = verify();
  EXPECT_EQ(outcome.code, 0) << outcome.err;  // the same code, after all
  EXPECT_NE(outcome.out.find("bit for bit\n  plugin k-diffusion: "), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("(k-diffusion.so, sha256 "), std::string::npos) << outcome.out;
}

TEST_F(PicturesOfAModel, SayThatTheyDoNotKnowWhereTheyDoNot) {
  ASSERT_EQ(run_it().code, 0);
  Picture picture = read_png(folder_ / "made_00001_.png");
  picture.text.erase("made_with");
  const std::vector<std::uint8_t> black(std::size_t{3} * picture.width * picture.height);
  replace(picture, black, picture.text);
  const Outcome outcome = verify();
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(
      outcome.out.find("\n  which plugins and files it was made with, the picture does not say\n"),
      std::string::npos)
      << outcome.out;
}

TEST_F(PicturesOfAModel, SurviveARecordOfAnybodysMaking) {
  ASSERT_EQ(run_it().code, 0);
  const Picture made = read_png(folder_ / "made_00001_.png");
  const std::vector<std::uint8_t> pixels = pixels_of(made);
  for (const std::string record :
       {"{}", "[]", "{\"plugins\":[3,{}],\"files\":[null]}", "{\"files\":{}}",
        "{\"plugins\":\"x\",\"files\":5,\"threads\":[[[]]]}", "{\"dtypes\":\"fp16\",\"device\":1}",
        "{\"dtypes\":{\"unet\":\"fp8\",\"vae\":null}}"}) {
    std::map<std::string, std::string> text = made.text;
    text["made_with"] = record;
    replace(made, pixels, text);
    EXPECT_EQ(verify().code, 0) << record;
  }
}

TEST_F(PicturesOfAModel, NameTheHostThatIsAnotherBuildWhereThePixelsDiffer) {
  ASSERT_EQ(run_it().code, 0);
  const Picture made = read_png(folder_ / "made_00001_.png");
  std::map<std::string, std::string> text = made.text;
  std::string& record = text["made_with"];
  const std::string key = "\"host_sha256\":\"";
  ASSERT_NE(record.find(key), std::string::npos) << record;
  record.replace(record.find(key) + key.size(), 12, "0123456789ab");
  std::vector<std::uint8_t> pixels = pixels_of(made);
  const auto verdict_on = [&] {
    replace(made, pixels, text);
    return verify().out;
  };
  const std::string sentence = "\n  the host: another build of ksampler ";
  EXPECT_EQ(verdict_on().find(sentence), std::string::npos);  // it has changed nothing
  pixels[0] ^= 1;
  const std::string verdict = verdict_on();
  EXPECT_NE(verdict.find(sentence), std::string::npos) << verdict;
  EXPECT_NE(verdict.find(": sha256 0123456789ab then, "), std::string::npos) << verdict;
}

using Previews = PicturesOfAModel;

TEST_F(Previews, AreWrittenBesideTheOutputsAndNamedOnce) {
  const Outcome outcome = run_it({"--out", "o", "--preview", "2"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const std::string line = "Preview of base: o/preview/base.png\n";
  ASSERT_NE(outcome.err.find(line), std::string::npos) << outcome.err;
  EXPECT_EQ(outcome.err.find(line, outcome.err.find(line) + 1), std::string::npos) << outcome.err;
  EXPECT_EQ(outcome.out.find("preview"), std::string::npos) << outcome.out;  // no result of the run
  // Three items of 16 by 16 cells, each cell 16 by 16 pixels.
  const Picture preview = read_png(folder_ / "o/preview/base.png");
  EXPECT_EQ(preview.width, 768u);
  EXPECT_EQ(preview.height, 256u);
  // After the last step, the prediction is the latent: its preview is what LatentPreview makes of it.
  const Picture made = read_png(folder_ / "o/made_00002_.png");
  for (std::size_t y = 0; y < 16; ++y) {
    for (std::size_t x = 0; x < 16; ++x) {
      const std::size_t there = 4 * ((16 * y + 8) * 768 + 256 + 16 * x + 8);
      for (std::size_t c = 0; c < 3; ++c) {
        // 1 of 255: the last Euler step rounds once more.
        EXPECT_NEAR(preview.rgba[there + c], made.rgba[4 * (16 * y + x) + c], 257) << x << " " << y;
      }
    }
  }
}

TEST_F(Previews, AreNoneUnlessAskedFor) {
  ASSERT_EQ(run_it({"--out", "o"}).code, 0);
  EXPECT_FALSE(fs::exists(folder_ / "o/preview"));
}

TEST_F(Previews, ThatCannotBeWrittenAreNoReasonToStop) {
  write("o/preview", "a file in the folder's place");
  const Outcome outcome = run_it({"--out", "o", "--preview", "1"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.err.find("warning: no preview can be written: "), std::string::npos) << outcome.err;
  EXPECT_TRUE(fs::exists(folder_ / "o/made_00001_.png"));
}

TEST_F(Previews, AreAtLeastAStepApart) {
  const Outcome outcome = run_it({"--preview", "0"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("--preview"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace ksampler::test
