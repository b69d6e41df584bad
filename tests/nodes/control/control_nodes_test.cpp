// The nodes of ControlNets: what they put where, and whole runs of the shipped model with one.
#include "host/model/file/model_file.hpp"
#include "host/model/load/control_source.hpp"
#include "host/model/network/tensors.hpp"
#include "tests/model/network_case.hpp"
#include "tests/nodes/node_case.hpp"
#include "tests/nodes/pipeline_runner.hpp"
#include "tests/support/error_text.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace ksampler {
namespace {

using test::ModelFile;

const std::string kShapes = SOURCE_DIR "/configs/models/shapes.safetensors";

// A ControlNet of the shipped UNet: its own encoder, and layers of small numbers that show something.
void write_control_of_shapes(const std::filesystem::path& path) {
  const std::string unet = "model.diffusion_model.";
  const auto file = TensorFile::open(kShapes);
  ModelFile model;
  for (const auto& [name, entry] : file->tensors()) {
    for (const std::string part : {"time_embed.", "input_blocks.", "middle_block."}) {
      if (!name.starts_with(unet + part)) continue;
      model.tensors["control_model." + name.substr(unet.size())] =
          map_tensor(file, name).to(at::kFloat);
    }
  }
  model.metadata = file->metadata();
  const auto made = [&](const std::string& name, at::IntArrayRef shape) {
    model.tensors["control_model." + name + ".weight"] = at::randn(shape) / 8;
    model.tensors["control_model." + name + ".bias"] = at::randn({shape[0]}) / 8;
  };
  std::int64_t in = 3;
  const auto channels_of = [&](const std::string& name) {
    const std::string whole = "control_model." + name;
    return model.tensors.contains(whole) ? model.tensors.at(whole).size(0) : 0;
  };
  const std::int64_t width = channels_of("input_blocks.0.0.weight");
  for (int i = 0; i < 8; ++i) {
    const std::int64_t out = i == 7 ? width : 8;
    made("input_hint_block." + std::to_string(2 * i), {out, in, 3, 3});
    in = out;
  }
  const auto is_there = [&](const std::string& block) {
    const auto next = model.tensors.lower_bound("control_model." + block);
    return next != model.tensors.end() && next->first.starts_with("control_model." + block);
  };
  std::int64_t last = width;
  for (int i = 0; is_there("input_blocks." + std::to_string(i) + "."); ++i) {
    const std::string block = "input_blocks." + std::to_string(i) + ".0.";
    for (const char* layer : {"weight", "op.weight", "out_layers.3.weight"}) {
      if (const std::int64_t found = channels_of(block + layer); found > 0) last = found;
    }
    made("zero_convs." + std::to_string(i) + ".0", {last, last, 1, 1});
  }
  made("middle_block_out.0", {last, last, 1, 1});
  model.write(path);
}

class ControlNodes : public ::testing::Test {
 protected:
  ControlNodes() { write_control_of_shapes(folder_ / "control.safetensors"); }

  ControlNetValue control() const {
    return std::make_shared<ControlSource>(open_tensor_file(folder_ / "control.safetensors"));
  }

  // The latent that three steps give.
  at::Tensor sampled(const std::string& controls, const std::string& positive = "shown.positive",
                     const std::string& negative = "shown.negative") {
    const Outcome outcome = run_pipeline_text(R"(
nodes:
  checkpoint: { type: CheckpointLoaderSimple, ckpt_name: )" +
                                                  kShapes + R"( }
  prompt: { type: CLIPTextEncode, clip: $checkpoint.clip, text: a red circle }
  nothing: { type: CLIPTextEncode, clip: $checkpoint.clip, text: "" }
  control: { type: ControlNetLoader, control_net_name: control.safetensors }
  picture: { type: EmptyImage, width: 100, height: 60, color: 0x3366CC }
)" + controls + R"(
  canvas: { type: EmptyLatentImage, width: 64, height: 48 }
  base: { type: KSampler, model: $checkpoint.model, positive: $)" +
                                                  positive + ", negative: $" + negative +
                                                  R"(,
          latent_image: $canvas, seed: 3, steps: 3, cfg: 4, sampler_name: euler, scheduler: normal }
  save: { type: SaveLatent, samples: $base, filename_prefix: latent }
)",
                                              folder_.path());
    EXPECT_EQ(outcome.warnings, std::vector<std::string>());
    const auto file = TensorFile::open(outcome.files.at(0));
    return map_tensor(file, "latent_tensor").to(at::kFloat).clone();
  }

  test::TemporaryFolder folder_;
  const c10::InferenceMode inference_;
};

const std::string kShown =
    "  shown: { type: ControlNetApplyAdvanced, positive: $prompt, negative: $nothing, control_net: "
    "$control, "
    "image: $picture, strength: 0.5, start_percent: 0, end_percent: ";

TEST_F(ControlNodes, GuideARun) {
  const at::Tensor plain = sampled("", "prompt", "nothing");
  EXPECT_FALSE(at::equal(sampled(kShown + "1 }"), plain));
}

// A node that is for the positive alone in the file is for the negative in the run (ComfyUI).
TEST_F(ControlNodes, OfTheOlderKindHoldForTheNegativeToo) {
  const std::string older =
      "  old: { type: ControlNetApply, conditioning: $prompt, control_net: $control, image: $picture, "
      "strength: 0.5 }";
  EXPECT_TRUE(at::equal(sampled(older, "old", "nothing"), sampled(kShown + "1 }")));
}

TEST_F(ControlNodes, AtStrengthZeroAreNotThere) {
  const std::string none =
      "  shown: { type: ControlNetApplyAdvanced, positive: $prompt, negative: $nothing, control_net: "
      "$control, image: $picture, strength: 0 }";
  EXPECT_TRUE(at::equal(sampled(none), sampled("", "prompt", "nothing")));
}

TEST_F(ControlNodes, HoldInTheirPartOfTheRun) {
  const at::Tensor first = sampled(kShown + "0.1 }");
  EXPECT_FALSE(at::equal(first, sampled("", "prompt", "nothing")));
  EXPECT_FALSE(at::equal(first, sampled(kShown + "1 }")));
}

TEST_F(ControlNodes, StandBehindEachOther) {
  const at::Tensor picture = at::rand({2, 16, 24, 4});
  NodeCase node{"ControlNetApplyAdvanced",
                {{"strength", 0.25}, {"start_percent", 0.1}, {"end_percent", 0.8}},
                {{"positive", ConditioningValue(1)},
                 {"negative", ConditioningValue(2)},
                 {"control_net", control()},
                 {"image", ImageValue(picture)}},
                {}};
  const std::vector<Value> once = node.run();
  node.links["positive"] = once.at(0);
  const auto twice = std::any_cast<ConditioningValue>(node.run().at(0));
  ASSERT_EQ(twice.at(0).controls.size(), 2U);
  const Control& last = twice.at(0).controls.at(1);
  EXPECT_TRUE(at::equal(last.picture, picture.narrow(3, 0, 3).permute({0, 3, 1, 2})));
  EXPECT_EQ(last.strength, 0.25);
  EXPECT_EQ(last.start_percent, 0.1);
  EXPECT_EQ(last.end_percent, 0.8);
  EXPECT_EQ(std::any_cast<ConditioningValue>(once.at(1)).size(), 2U);
}

TEST_F(ControlNodes, SayWhenTheModelIsAnother) {
  test::network("sd1_control").write(folder_ / "control.safetensors");
  const std::string text = test::error_text([&] { sampled(kShown + "1 }"); });
  EXPECT_NE(
      text.find("control.safetensors: this ControlNet is for another model: it takes texts 24 wide"),
      std::string::npos)
      << text;
}

}  // namespace
}  // namespace ksampler
