// Whole pipelines in a program, as one has them that knows ks/pipeline.h alone.
#include "tests/pipelines/run_case.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace ksampler::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(APipelineInAProgram, GivesItsPicturesInMemoryAndWritesNothing) {
  const Host host = opened();
  RunCase run{kTwoColours};
  ASSERT_EQ(run.with(host.get()), KS_OK) << ks_pipeline_error();
  ASSERT_EQ(run.pictures.size(), 2U);
  for (std::uint32_t i = 0; i < 2; ++i) {
    const Picture& picture = run.pictures[i];
    EXPECT_EQ(picture.kind, std::uint32_t{KS_PICTURE_SAVED});
    EXPECT_EQ(picture.node, "save");
    EXPECT_EQ(picture.index, i);
    EXPECT_EQ(picture.count, 2U);
    ASSERT_EQ(picture.pixels.size(), std::size_t{2 * 3 * 3});
    EXPECT_THAT(std::vector(picture.pixels.begin(), picture.pixels.begin() + 3),
                ElementsAre(0xff, 0x80, 0x00));
  }
  EXPECT_THAT(run.nodes, ElementsAre("red EmptyImage", "save SaveImage"));
  EXPECT_TRUE(run.files.empty());
}

TEST(APipelineInAProgram, WritesFilesTooWhereItIsGivenAFolder) {
  const Host host = opened();
  const TemporaryFolder folder;
  RunCase run{kTwoColours};
  run.out = folder.path().string();
  ASSERT_EQ(run.with(host.get()), KS_OK) << ks_pipeline_error();
  EXPECT_EQ(run.pictures.size(), 2U);
  ASSERT_EQ(run.files.size(), 2U);
  EXPECT_TRUE(std::filesystem::exists(run.files[0]));
}

TEST(APipelineInAProgram, TakesInputsAndSaysEachStepAndShowsItsPreviews) {
  const Host host = opened();
  RunCase run{kSampled, {"base.steps=6", "base.seed=7"}};
  run.preview_every = 3;
  ASSERT_EQ(run.with(host.get()), KS_OK) << ks_pipeline_error();
  EXPECT_EQ(run.steps, 6U);
  ASSERT_EQ(run.pictures.size(), 3U);  // steps 3 and 6, and the picture
  EXPECT_EQ(run.pictures[0].kind, std::uint32_t{KS_PICTURE_STEP});
  EXPECT_EQ(run.pictures[0].step, 3U);
  EXPECT_EQ(run.pictures[2].kind, std::uint32_t{KS_PICTURE_SAVED});
  EXPECT_EQ(run.pictures[2].width, 64U);

  // Again, with the networks that are loaded: the same picture.
  RunCase again{kSampled, {"base.steps=6", "base.seed=7"}};
  ASSERT_EQ(again.with(host.get()), KS_OK) << ks_pipeline_error();
  EXPECT_EQ(again.pictures.at(0).pixels, run.pictures[2].pixels);
  EXPECT_EQ(ks_pipelines_let_go(host.get()), KS_OK);
  EXPECT_EQ(ks_pipelines_refresh(host.get()), KS_OK) << ks_pipeline_error();
}

TEST(APipelineInAProgram, EndsWhereACallbackSaysSo) {
  const Host host = opened();
  for (const ks_status wanted : {KS_STOPPED, KS_ERROR}) {
    RunCase run{kSampled};
    run.on_step = [&](std::uint32_t step) { return step == 2 ? wanted : KS_OK; };
    EXPECT_EQ(run.with(host.get()), wanted);
    EXPECT_LT(run.steps, 4U);
    EXPECT_TRUE(run.pictures.empty());
    EXPECT_THAT(ks_pipeline_error(), HasSubstr(wanted == KS_STOPPED ? "stopped" : "callback failed"));
  }
}

// A picture that its program could not take is none, though no step comes after it.
TEST(APipelineInAProgram, EndsSoWhereTheLastCallbackSaysIt) {
  const Host host = opened();
  for (const ks_status wanted : {KS_STOPPED, KS_ERROR}) {
    RunCase run{kTwoColours};
    run.on_picture = wanted;
    EXPECT_EQ(run.with(host.get()), wanted);
  }
}

TEST(APipelineInAProgram, RunsBesideAnotherOne) {
  const Host host = opened();
  RunCase one{kSampled}, two{kSampled};
  ks_status status = KS_ERROR;
  std::thread thread([&] { status = two.with(host.get()); });
  EXPECT_EQ(one.with(host.get()), KS_OK) << ks_pipeline_error();
  thread.join();
  EXPECT_EQ(status, KS_OK);
  EXPECT_EQ(one.pictures.at(0).pixels, two.pictures.at(0).pixels);
}

TEST(APipelineInAProgram, SaysEachThingThatIsWrongWithItsPlace) {
  const Host host = opened();
  const std::string text =
      "nodes:\n  red:  { type: EmptyImag, width: 3 }\n  save: { type: SaveImage, images: $redd }\n";
  EXPECT_EQ(ks_pipeline_check(host.get(), text.c_str(), nullptr), KS_ERROR);
  EXPECT_THAT(ks_pipeline_error(), HasSubstr("pipeline:2:"));
  EXPECT_THAT(ks_pipeline_error(), HasSubstr("did you mean 'EmptyImage'?"));
  ks_pipeline_problem problem{};
  problem.size = sizeof problem;
  ASSERT_EQ(ks_pipeline_problem_at(0, &problem), 1);
  EXPECT_EQ(problem.line, 2);
  EXPECT_STREQ(problem.kind, "unknown_type");
  EXPECT_STREQ(problem.node, "red");
  ASSERT_EQ(ks_pipeline_problem_at(1, &problem), 1);
  EXPECT_EQ(problem.line, 3);
  EXPECT_EQ(ks_pipeline_problem_at(2, &problem), 0);
}

TEST(APipelineInAProgram, LoadsCodeFromNoFolderThatTheProgramDidNotName) {
  const Host host = opened();
  const std::string text = "plugins: [/tmp]\n" + std::string(kTwoColours);
  EXPECT_EQ(ks_pipeline_check(host.get(), text.c_str(), nullptr), KS_ERROR);
  EXPECT_THAT(ks_pipeline_error(),
              HasSubstr("'plugins' names '/tmp', of which this host does not know"));
}

// What a pipeline wants isolated is not run beside the program's own memory without a word.
TEST(APipelineInAProgram, IsRefusedWhereItWantsAPluginIsolatedThatTheHostDoesNot) {
  const std::string text = "isolation: { k-diffusion: process }\n" + std::string(kTwoColours);
  EXPECT_EQ(ks_pipeline_check(opened().get(), text.c_str(), nullptr), KS_ERROR);
  EXPECT_THAT(ks_pipeline_error(), HasSubstr("'isolation' names 'k-diffusion', which this host runs in "
                                             "its own process"));
  const char* const isolated[] = {"k-diffusion"};
  ks_pipelines_settings settings{};
  settings.isolate = isolated;
  settings.isolate_count = 1;
  EXPECT_EQ(ks_pipeline_check(opened(settings).get(), text.c_str(), nullptr), KS_OK)
      << ks_pipeline_error();
}

TEST(APipelineInAProgram, RefusesToWriteWhereNoFolderIsGiven) {
  const Host host = opened();
  const std::string text =
      "nodes:\n  canvas: { type: EmptyLatentImage, width: 64, height: 64 }\n"
      "  save: { type: SaveLatent, samples: $canvas }\n";
  EXPECT_EQ(ks_pipeline_check(host.get(), text.c_str(), nullptr), KS_ERROR);
  EXPECT_THAT(ks_pipeline_error(), HasSubstr("(SaveLatent) writes a file, and this run has no folder"));
}

TEST(APipelineInAProgram, SaysWhatIsWrongWithWhatItIsGiven) {
  const Host host = opened();
  EXPECT_EQ(ks_pipeline_check(nullptr, "", nullptr), KS_INVALID_ARGUMENT);
  EXPECT_EQ(ks_pipeline_check(host.get(), nullptr, nullptr), KS_INVALID_ARGUMENT);
  const ks_pipeline_settings unsized_settings{};
  EXPECT_EQ(ks_pipeline_check(host.get(), kTwoColours, &unsized_settings), KS_INVALID_ARGUMENT);
  EXPECT_THAT(ks_pipeline_error(), HasSubstr("`size` is not set"));
  RunCase run{kTwoColours, {"red.widht=4"}};
  EXPECT_EQ(run.with(host.get()), KS_ERROR);
  EXPECT_THAT(ks_pipeline_error(), HasSubstr("did you mean 'width'?"));

  ks_pipelines_settings settings{};
  settings.size = sizeof settings;
  settings.device = "gpu";
  ks_pipelines* none = nullptr;
  EXPECT_EQ(ks_pipelines_open(&settings, &none), KS_INVALID_ARGUMENT);
  EXPECT_THAT(ks_pipeline_error(), HasSubstr("unknown device 'gpu'"));
  EXPECT_EQ(none, nullptr);
  settings.device = nullptr;
  const char* const isolated[] = {"k-difusion"};
  settings.isolate = isolated;
  settings.isolate_count = 1;
  EXPECT_EQ(ks_pipelines_open(&settings, &none), KS_INVALID_ARGUMENT);
  EXPECT_THAT(ks_pipeline_error(), HasSubstr("did you mean 'k-diffusion'?"));
}

}  // namespace
}  // namespace ksampler::test
