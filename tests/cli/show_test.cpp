// `ksampler show`: how a picture or a latent was made, for people and for programs.
#include "host/files/png.hpp"
#include "tests/cli/program.hpp"

#include <nlohmann/json.hpp>

#include <fstream>

namespace ksampler::test {
namespace {

using Json = nlohmann::json;

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

class Show : public Program {
 protected:
  void picture_with(const std::string& name, const std::map<std::string, std::string>& text) const {
    const std::vector<std::uint8_t> pixels(12, 200);
    const auto bytes = png_bytes(2, 2, pixels, text);
    write(name, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  Json json_of(const std::string& file) const {
    const Outcome outcome = run({"show", file, "--json"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return Json::parse(outcome.out, nullptr, /*allow_exceptions=*/false);
  }
  void expect_refused(const std::string& file, const std::string& part) const {
    const Outcome outcome = run({"show", file});
    EXPECT_EQ(outcome.code, 1) << file;
    EXPECT_EQ(outcome.out, "");
    EXPECT_TRUE(holds(outcome.err, part)) << outcome.err;
    EXPECT_TRUE(
        holds(outcome.err, "`show` reads pictures (*.png, *.webp) that SaveImage wrote and latents"))
        << outcome.err;
  }
};

TEST_F(Show, PrintsTheSettingsOfAPictureAndItsPipeline) {
  ASSERT_EQ(run_built({"run", kQuickstart, "--device", "cpu", "--unet-dtype", "fp32", "--set",
                       "base.steps=2", "--set", "base.seed=18446744073709551615"})
                .code,
            0);
  // The copy of the program has neither plugins nor LibTorch: nothing of the picture is looked for.
  const Outcome outcome = run({"show", "quickstart_00001_.png"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  for (const char* part :
       {"quickstart_00001_.png: a picture of 400 x 400 pixels, made by ksampler\n",
        "\n  base (KSampler)\n", "    seed          18446744073709551615\n", "    steps         2\n",
        "    cfg           7.0\n", "    sampler_name  dpmpp_2m\n", "    scheduler     karras\n",
        "    denoise       1.0\n", "    ckpt_name  models/shapes.safetensors\n",
        "    text  a yellow star on a purple background\n", "    width       128\n",
        "  --set base.steps=2\n", "\nMade with\n  ksampler 0.1.0, LibTorch ", "  on cpu (",
        "  types: unet fp32, vae auto, text auto\n", "  plugin k-diffusion ",
        "  file checkpoint.ckpt_name: shapes.safetensors (sha256 ", "\nPipeline\n  # A first picture",
        "\n      sampler_name: dpmpp_2m\n"}) {
    EXPECT_TRUE(holds(outcome.out, part)) << part << "\n" << outcome.out;
  }
}

TEST_F(Show, GivesProgramsTheSameAsJson) {
  ASSERT_EQ(run_built({"run", kQuickstart, "--device", "cpu", "--set", "base.steps=2"}).code, 0);
  const Json json = json_of("quickstart_00001_.png");
  EXPECT_EQ(json["kind"], "png");
  EXPECT_EQ(json["software"], "ksampler");
  const Json& base = json["nodes"]["base"];
  EXPECT_EQ(base["type"], "KSampler");
  EXPECT_EQ(base["inputs"]["seed"], 9);
  EXPECT_EQ(base["inputs"]["steps"], 2);
  EXPECT_EQ(base["inputs"]["model"], "$checkpoint.model");
  EXPECT_EQ(json["nodes"]["positive"]["inputs"]["text"], "a yellow star on a purple background");
  EXPECT_EQ(json["set"], Json({"base.steps=2"}));
  EXPECT_EQ(json["made_with"]["device"], "cpu");
  EXPECT_EQ(json["pipeline"], read_text(kQuickstart));
}

TEST_F(Show, PrintsTextsAsTheyWereTyped) {
  for (const std::string text : {"portrait: a woman", "a circle #1 best", "#1", "- x", "7"}) {
    picture_with("t.png", {{"pipeline", "nodes:\n  a: { type: CLIPTextEncode, clip: $b, text: c }\n"},
                           {"settings", "a.text=" + text + "\n"}});
    EXPECT_EQ(json_of("t.png")["nodes"]["a"]["inputs"]["text"], text);
  }
}

TEST_F(Show, ReadsTheRecordOfALatent) {
  write("p.yaml",
        "nodes:\n"
        "  canvas: { type: EmptyLatentImage, width: 64, height: 64 }\n"
        "  save: { type: SaveLatent, samples: $canvas }\n");
  ASSERT_EQ(run_built({"run", "p.yaml", "--device", "cpu", "--quiet"}).code, 0);
  const std::string file = "latents/ksampler_00001_.latent";
  ASSERT_TRUE(std::filesystem::exists(folder_ / file));
  const Json json = json_of(file);
  EXPECT_EQ(json["kind"], "latent");
  EXPECT_EQ(json["shape"], Json({1, 4, 8, 8}));
  EXPECT_EQ(json["nodes"]["canvas"]["inputs"]["width"], 64);
  EXPECT_TRUE(holds(run({"show", file}).out, "a latent, [1,4,8,8], made by ksampler\n"));
}

TEST_F(Show, SaysThatAPictureIsOfComfyUIAndShowsItsWorkflow) {
  picture_with("c.png",
               {{"prompt", R"({"3": {"class_type": "KSampler", "inputs": {"seed": 5, "steps": 20,
      "model": ["4", 0]}}, "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a\ncat"}}})"},
                {"workflow", R"({"nodes": [], "links": []})"}});
  const Outcome outcome = run({"show", "c.png"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  for (const char* part :
       {"made by ComfyUI\n", "`ksampler run` runs it", "  3 (KSampler)\n", "    seed   5\n",
        "    text\n      a\n      cat\n", "\nWorkflow (API form)\n", "\"class_type\": \"KSampler\"",
        "\nWorkflow (of the editor)\n"}) {
    EXPECT_TRUE(holds(outcome.out, part)) << part << "\n" << outcome.out;
  }
  EXPECT_FALSE(holds(outcome.out, "    model")) << outcome.out;
  const Json json = json_of("c.png");
  EXPECT_EQ(json["software"], "ComfyUI");
  EXPECT_EQ(json["prompt"]["3"]["inputs"]["seed"], 5);
  picture_with("broken.png", {{"prompt", "NaN, or so"}});
  EXPECT_EQ(json_of("broken.png")["prompt"], "NaN, or so");
}

TEST_F(Show, PrintsTheSettingsOfAWorkflowThatWasRun) {
  const std::string workflow =
      R"({"nodes": [{"id": 5, "type": "EmptyLatentImage", "outputs": [{"type": "LATENT"}], "widgets_values": [96, 64, 1]},
                    {"id": 9, "type": "SaveLatent", "inputs": [{"name": "samples", "type": "LATENT", "link": 1}], "widgets_values": ["mine"]}],
          "links": [[1, 5, 0, 9, 0, "LATENT"]]})";
  picture_with("ours.png",
               {{"software", "ksampler"}, {"pipeline", workflow}, {"settings", "5.height=128\n"}});
  const Json nodes = json_of("ours.png")["nodes"];
  EXPECT_EQ(nodes["5"]["inputs"]["width"], 96);
  EXPECT_EQ(nodes["5"]["inputs"]["height"], 128);  // as set
  EXPECT_EQ(nodes["9"]["inputs"]["samples"], Json::array({"5", 0}));
}

TEST_F(Show, ShowsTheParametersOfOtherPrograms) {
  picture_with("a.png", {{"parameters", "a cat\nNegative prompt: dog\nSteps: 20, Sampler: Euler a"}});
  const Outcome outcome = run({"show", "a.png"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_TRUE(holds(outcome.out, "made by AUTOMATIC1111\n")) << outcome.out;
  EXPECT_TRUE(holds(outcome.out, "\nParameters\n  a cat\n  Negative prompt: dog\n")) << outcome.out;
  EXPECT_EQ(json_of("a.png")["software"], "AUTOMATIC1111");
}

TEST_F(Show, RefusesOtherFilesAndSaysWhatItReads) {
  picture_with("plain.png", {{"Author", "me"}});
  expect_refused("plain.png", "only texts of other kinds ('Author')");
  picture_with("bare.png", {});
  expect_refused("bare.png", "it holds no texts");
  std::filesystem::copy_file(SOURCE_DIR "/configs/models/shapes.safetensors",
                             folder_ / "m.safetensors");
  expect_refused("m.safetensors", "does not say how it was made");
  write("p.yaml", "nodes: {}\n");
  expect_refused("p.yaml", "is no picture and no latent");
  write("p.jpg", "\xFF\xD8\xFF\xE0 and so on");
  expect_refused("p.jpg", "this is a JPEG picture, which holds no pipeline");
  expect_refused(".", "is a folder");
  EXPECT_TRUE(holds(run({"show", "plian.png"}).err, "did you mean 'plain.png'?"))
      << run({"show", "plian.png"}).err;
}

TEST_F(Show, SurvivesRecordsOfAnybodysMaking) {
  std::string deep(100000, '[');
  std::string bombs = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'l'; ++c) {
    const std::string before = "*" + std::string(1, static_cast<char>(c - 1));
    bombs += std::string(1, c) + ": &" + c + " [" + before;
    for (int i = 0; i < 8; ++i) bombs += ", " + before;
    bombs += "]\n";
  }
  picture_with("bomb.png", {{"pipeline", bombs + "nodes: { n: { type: T, value: *k } }\n"}});
  EXPECT_EQ(run({"show", "bomb.png"}).code, 0);
  picture_with("deep.png", {{"pipeline", "nodes: " + deep}, {"made_with", deep}});
  EXPECT_EQ(run({"show", "deep.png"}).code, 0);
  picture_with("prompt.png", {{"prompt", deep}});
  EXPECT_EQ(run({"show", "prompt.png"}).code, 0);
  picture_with("odd.png", {{"pipeline", "nodes: {a: 3, b: [], c: {type: [], x: \x1b[31m}}"},
                           {"made_with", R"({"plugins": 3, "files": {"a": []}, "dtypes": null})"}});
  const Outcome odd = run({"show", "odd.png"});
  EXPECT_EQ(odd.code, 0) << odd.err;
  EXPECT_FALSE(holds(odd.out, "\x1b"));
}

}  // namespace ksampler::test
