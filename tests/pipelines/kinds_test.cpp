// What a program is told of a failure, so that it needs to read no sentence: its kind.
#include "tests/pipelines/run_case.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ksampler::test {
namespace {

// "bad_file model": the kind of the first thing of the last failure, and its node.
std::string told() {
  ks_pipeline_problem problem{};
  problem.size = sizeof problem;
  if (ks_pipeline_problem_at(0, &problem) == 0) return "nothing";
  const std::string node = problem.node;
  return problem.kind + (node.empty() ? "" : " " + node);
}

std::string checked(ks_pipelines* host, const std::string& text) {
  EXPECT_EQ(ks_pipeline_check(host, text.c_str(), nullptr), KS_ERROR) << text;
  return told();
}

std::string edited(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(TheKindOfAFailure, TellsWhatIsNoPipeline) {
  const Host host = opened();
  EXPECT_EQ(checked(host.get(), "nodes: ["), "syntax");
  EXPECT_EQ(checked(host.get(), std::string(kTwoColours) + "nodes: {}\n"), "syntax");
  EXPECT_EQ(checked(host.get(), edited(kTwoColours, "red:", "re d:")), "syntax re d");
  RunCase run{kTwoColours, {"red"}};
  EXPECT_EQ(run.with(host.get()), KS_ERROR);
  EXPECT_EQ(told(), "syntax");
}

TEST(TheKindOfAFailure, TellsAPromptThatIsNone) {
  const Host host = opened();
  RunCase run{edited(kSampled, "a red star", "a (cat:1e999)")};
  EXPECT_EQ(run.with(host.get()), KS_ERROR);
  EXPECT_EQ(told(), "syntax positive");
}

TEST(TheKindOfAFailure, TellsAFileThatIsNotThereFromOneThatIsOfNoUse) {
  const Host host = opened();
  RunCase run{edited(kSampled, "shapes.safetensors", "shape.safetensors")};
  EXPECT_EQ(run.with(host.get()), KS_ERROR);
  EXPECT_EQ(told(), "no_file checkpoint");

  const TemporaryFolder folder;
  write_text(folder / "model.safetensors", "0123456789");
  run = {edited(kSampled, "models/shapes.safetensors", (folder / "model.safetensors").string())};
  EXPECT_EQ(run.with(host.get()), KS_ERROR);
  EXPECT_EQ(told(), "bad_file checkpoint");

  write_text(folder / "picture.png", "no picture");
  run = {"nodes:\n  load: { type: LoadImage, image: " + (folder / "picture.png").string() +
         " }\n  save: { type: SaveImage, images: $load }\n"};
  EXPECT_EQ(run.with(host.get()), KS_ERROR);
  EXPECT_EQ(told(), "bad_file load");

  write_text(folder / "sampled.latent", "no latent");
  run = {
      "nodes:\n"
      "  checkpoint: { type: CheckpointLoaderSimple, ckpt_name: models/shapes.safetensors }\n"
      "  load: { type: LoadLatent, latent: " +
      (folder / "sampled.latent").string() +
      " }\n  image: { type: VAEDecode, vae: $checkpoint.vae, samples: $load }\n"
      "  save: { type: SaveImage, images: $image }\n"};
  EXPECT_EQ(run.with(host.get()), KS_ERROR);
  EXPECT_EQ(told(), "bad_file load");
}

TEST(TheKindOfAFailure, TellsAFileOfAnotherNetwork) {
  const Host host = opened();
  RunCase run{
      edited(kSampled, "models/shapes.safetensors", SOURCE_DIR "/tests/data/networks/vae.safetensors")};
  EXPECT_EQ(run.with(host.get()), KS_ERROR);
  EXPECT_EQ(told(), "bad_file checkpoint");
}

TEST(TheKindOfAFailure, TellsALimitOfMemoryThatIsTooLow) {
  ks_pipelines_settings settings{};
  settings.device = "cpu";
  settings.memory = 1 << 20;
  const Host host = opened(settings);
  RunCase run{kSampled};
  EXPECT_EQ(run.with(host.get()), KS_OUT_OF_MEMORY);
  EXPECT_EQ(told().substr(0, 13), "out_of_memory") << ks_pipeline_error();
}

TEST(TheKindOfAFailure, TellsAValueBeyondItsRange) {
  const Host host = opened();
  EXPECT_EQ(checked(host.get(), edited(kTwoColours, "width: 3", "width: 3000000")), "too_large red");
}

class AHarmfulPlugin : public ::testing::TestWithParam<const char*> {};

TEST_P(AHarmfulPlugin, IsToldFromTheOthers) {
  const char* const folders[] = {BINARY_DIR "/tests/fixtures/plugins/hostile"};
  const char* const isolated[] = {"hostile"};
  ks_pipelines_settings settings{};
  settings.plugin_folders = folders;
  settings.plugin_folder_count = 1;
  settings.isolate = isolated;
  settings.isolate_count = 1;
  const Host host = opened(settings);
  RunCase run{edited(kSampled, "euler", GetParam())};
  EXPECT_EQ(run.with(host.get()), KS_ERROR);
  EXPECT_EQ(told(), "plugin base") << ks_pipeline_error();
}

// One that crashes, that ends its process, and that throws.
INSTANTIATE_TEST_SUITE_P(Deeds, AHarmfulPlugin,
                         ::testing::Values("segfault_in_sample", "leave_in_create",
                                           "terminate_in_denoise"),
                         [](const auto& named) { return std::string(named.param); });

TEST(TheKindOfAFailure, TellsWhatTheMachineLacks) {
  ks_pipelines_settings settings{};
  settings.device = "cuda";
  const Host host = opened(settings);
  RunCase run{kTwoColours};
  if (run.with(host.get()) == KS_OK) GTEST_SKIP() << "this machine has CUDA";
  EXPECT_EQ(told(), "unavailable");
}

TEST(TheKindOfAFailure, TellsWhatTheProgramDoesNotAllow) {
  const Host host = opened();
  EXPECT_EQ(checked(host.get(), "plugins: [/tmp]\n" + std::string(kTwoColours)), "not_allowed");
  EXPECT_EQ(checked(host.get(), "isolation: { k-diffusion: process }\n" + std::string(kTwoColours)),
            "not_allowed");
  EXPECT_EQ(checked(host.get(),
                    "nodes:\n  canvas: { type: EmptyLatentImage, width: 64, height: 64 }\n"
                    "  save: { type: SaveLatent, samples: $canvas }\n"),
            "not_allowed save");
  EXPECT_EQ(checked(host.get(), edited(kTwoColours, "$red", "$red, filename_prefix: ../up")),
            "not_allowed save");
}

TEST(TheKindOfAFailure, TellsWhatCannotBeWritten) {
  const Host host = opened();
  RunCase run{kTwoColours};
  run.out = "/dev/null/pictures";
  EXPECT_EQ(run.with(host.get()), KS_ERROR);
  EXPECT_EQ(told(), "not_written save") << ks_pipeline_error();
}

TEST(TheKindOfAFailure, TellsARunThatWasStopped) {
  const Host host = opened();
  for (const ks_status wanted : {KS_STOPPED, KS_ERROR}) {
    RunCase run{kSampled};
    run.on_step = [&](std::uint32_t) { return wanted; };
    EXPECT_EQ(run.with(host.get()), wanted);
    EXPECT_EQ(told(), "stopped");
  }
}

TEST(TheKindOfAFailure, TellsAMistakeOfTheProgram) {
  EXPECT_EQ(ks_pipeline_check(nullptr, kTwoColours, nullptr), KS_INVALID_ARGUMENT);
  EXPECT_EQ(told(), "bad_argument");
}

// What is left is of the pipeline's own making, and for people.
TEST(TheKindOfAFailure, IsOtherWhereANodeCannotDoWhatItIsAskedTo) {
  const Host host = opened();
  RunCase run{
      "nodes:\n"
      "  one: { type: EmptyImage, width: 8, height: 8, batch_size: 2, color: 0 }\n"
      "  two: { type: EmptyImage, width: 8, height: 8, batch_size: 3, color: 0 }\n"
      "  both: { type: ImageBlend, image1: $one, image2: $two, blend_factor: 0.5, blend_mode: normal "
      "}\n"
      "  save: { type: SaveImage, images: $both }\n"};
  EXPECT_EQ(run.with(host.get()), KS_ERROR);
  EXPECT_EQ(told(), "other both") << ks_pipeline_error();
}

}  // namespace
}  // namespace ksampler::test
