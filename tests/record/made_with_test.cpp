// What pictures say of the plugins, files and versions that made them.
#include "host/files/png.hpp"
#include "host/files/sha256.hpp"
#include "tests/nodes/pipeline_runner.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace ksampler {
namespace {

constexpr char kModelFile[] = TEST_DATA "/parity/model.safetensors";

class RecordOfAPicture : public ::testing::Test {
 protected:
  nlohmann::json record() const {
    const Outcome outcome = run_pipeline_text(std::string(R"(nodes:
  model: { type: ToyDenoiser, file: )") + kModelFile +
                                                  R"(, denoiser: mixture, parameterization: eps }
  one: { type: ToyConditioning, label: 1 }
  canvas: { type: EmptyLatentImage, width: 128, height: 128 }
  idle: { type: KSampler, model: $model, positive: $one, negative: $one, latent_image: $canvas, seed: 8,
          steps: 2, cfg: 1.0, sampler_name: heun, scheduler: simple }
  base: { type: KSampler, model: $model, positive: $one, negative: $one, latent_image: $canvas,
          seed: 18446744073709551615, steps: 2, cfg: 1.0, sampler_name: euler, scheduler: karras }
  image: { type: LatentPreview, samples: $base }
  save: { type: SaveImage, images: $image }
)",
                                              folder_.path());
    return nlohmann::json::parse(read_png(outcome.files.at(0)).text.at("made_with"));
  }

  test::TemporaryFolder folder_;
};

TEST_F(RecordOfAPicture, HasSeedsAndVersions) {
  const nlohmann::json made = record();
  // Nodes that nothing was asked of have no part in it.
  EXPECT_EQ(made.at("seeds"), nlohmann::json({{"base.seed", 18446744073709551615ULL}}));
  EXPECT_EQ(made.at("ksampler"), "0.1.0");
  EXPECT_EQ(made.at("device"), "cpu");
  EXPECT_GE(made.at("threads").get<int>(), 1);
  EXPECT_FALSE(made.at("libtorch").get<std::string>().empty());
}

TEST_F(RecordOfAPicture, HasTheHashesOfItsFiles) {
  EXPECT_EQ(record().at("files"), nlohmann::json::array({{{"input", "model.file"},
                                                          {"name", "model.safetensors"},
                                                          {"sha256", sha256_of(kModelFile)}}}));
}

TEST_F(RecordOfAPicture, HasEachPluginOnceWithItsHash) {
  const nlohmann::json plugins = record().at("plugins");
  ASSERT_EQ(plugins.size(), 2u);
  for (const auto& plugin : plugins) {
    const std::filesystem::path library = std::filesystem::path(BINARY_DIR "/plugins") /
                                          plugin.at("name").get<std::string>() /
                                          plugin.at("library").get<std::string>();
    ASSERT_TRUE(std::filesystem::exists(library)) << library;
    EXPECT_EQ(plugin.at("sha256"), sha256_of(library));
    EXPECT_FALSE(plugin.at("version").get<std::string>().empty());
  }
}

}  // namespace
}  // namespace ksampler
