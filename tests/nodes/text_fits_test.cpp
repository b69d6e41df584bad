// A network and a text encoder that are not of one model, before anything is loaded.
#include "host/nodes/text_fits.hpp"

#include "host/model/family/family.hpp"
#include "host/model/file/text_width.hpp"
#include "host/model/load/load_text.hpp"
#include "host/nodes/declarations.hpp"
#include "host/nodes/plugin_inputs.hpp"
#include "tests/model/network_case.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace ksampler {
namespace {

using test::error_text;

class TextsOfAPipeline : public ::testing::Test {
 protected:
  static std::string file(const char* network) { return test::network_file(network).string(); }
  static std::string loaders(const char* network, const char* encoder, const std::string& rest = "") {
    return "  unet: { type: UNETLoader, unet_name: " + file(network) +
           " }\n  clip: { type: CLIPLoader, clip_name: " + file(encoder) + rest + " }\n";
  }
  // What is said of it before a run, without the place.
  std::string said(const std::string& nodes, const std::string& model = "unet",
                   const std::string& positive = "prompt") const {
    static const Registry registry({BINARY_DIR "/plugins"});
    const std::string text = "nodes:\n" + nodes +
                             "  prompt: { type: CLIPTextEncode, clip: $clip, text: cat }\n"
                             "  canvas: { type: EmptyLatentImage, width: 64, height: 64 }\n"
                             "  base: { type: KSampler, model: $" +
                             model + ", positive: $" + positive +
                             ", negative: $prompt, latent_image: $canvas, seed: 1, steps: 2, cfg: 1,\n"
                             "          sampler_name: euler, scheduler: normal }\n"
                             "  save: { type: SaveLatent, samples: $base, filename_prefix: x }\n";
    const PipelineSource source{.file = "p.yaml", .folder = folder_.path(), .text = text};
    const Pipeline pipeline =
        check_pipeline(ParsedPipeline(source), node_declarations(), plugin_inputs(registry));
    return error_text([&] { check_texts_fit(pipeline); });
  }

  test::TemporaryFolder folder_;
  const c10::InferenceMode inference_;
};

TEST_F(TextsOfAPipeline, FitOrAreRefusedByTheirWidths) {
  EXPECT_EQ(said(loaders("z_image", "whole_qwen3")), "no error");
  const std::string text = said(loaders("flux2", "whole_qwen3"));
  EXPECT_NE(
      text.find("node 'base' (KSampler): the text encoder of node 'clip' gives 40 numbers a token, and "
                "the network of node 'unet' takes 48: expected the text encoder of the same model"),
      std::string::npos)
      << text;
  EXPECT_EQ(said(loaders("flux2", "whole_klein", ", clip_type: flux2")), "no error");
}

// SD 2's UNet takes texts as wide as Anima's Qwen3 gives them.
TEST_F(TextsOfAPipeline, OfUnetsAreClips) {
  const std::string text = said(loaders("sd1_unet", "whole_t5"));
  EXPECT_NE(
      text.find("the network of node 'unet' is a UNet, which takes the text of CLIP, and node 'clip' "
                "loads another text encoder: expected that of the same model"),
      std::string::npos)
      << text;
}

TEST_F(TextsOfAPipeline, AreFollowedThroughNodes) {
  const std::string nodes =
      "  shifted: { type: ModelSamplingFlux, model: $unet, width: 64, height: 64 }\n"
      "  mixed: { type: ConditioningCombine, conditioning_1: $prompt, conditioning_2: $prompt }\n";
  EXPECT_NE(said(loaders("flux2", "whole_qwen3") + nodes, "shifted", "mixed").find("takes 48"),
            std::string::npos);
}

TEST_F(TextsOfAPipeline, AreLeftToTheRunWhereSeveralMayBeMeant) {
  const std::string second = "  other: { type: CLIPLoader, clip_name: " + file("whole_klein") +
                             ", clip_type: flux2 }\n"
                             "  more: { type: CLIPTextEncode, clip: $other, text: cat }\n"
                             "  both: { type: ConditioningCombine, conditioning_1: $prompt, "
                             "conditioning_2: $more }\n";
  EXPECT_EQ(said(loaders("flux2", "whole_qwen3") + second, "unet", "both"), "no error");
}

// The headers tell what the networks say of themselves once they are there.
TEST(TextWidths, AreThoseOfTheNetworks) {
  for (const std::string name :
       {"sd1_unet", "sdxl_unet", "refiner_unet", "sd35", "flux", "chroma", "flux2", "z_image",
        "lumina2", "qwen_image", "qwen_image21", "krea2"}) {
    const Weights weights = test::network_weights(name).within("model.diffusion_model.");
    const auto family =
        std::ranges::find_if(families(), [&](const Family* each) { return each->is_of(weights); });
    ASSERT_NE(family, families().end()) << name;
    EXPECT_EQ(taken_text_width(TensorNames(weights.file(), weights.prefix())),
              (*family)->network(weights.shapes())->facts().text_width)
        << name;
  }
}

TEST(TextWidths, AreThoseOfTheEncoders) {
  const c10::InferenceMode inference;
  const std::vector<std::pair<const char*, TextUse>> cases = {
      {"whole_t5", TextUse::chroma},       {"whole_clip_l24", TextUse::as_found},
      {"whole_qwen3", TextUse::as_found},  {"whole_klein", TextUse::flux2},
      {"whole_qwen25", TextUse::as_found}, {"whole_qwen3_vl", TextUse::krea2},
      {"whole_mistral", TextUse::flux2}};
  for (const auto& [name, use] : cases) {
    const std::vector<Weights> files = {test::network_weights(name)};
    const auto widths = given_text_width(recipe_of(names_of(files), use), names_of(files));
    EXPECT_EQ(widths, load_text_encoder(files, use)->encode("cat").embedding.size(2)) << name;
  }
}

}  // namespace
}  // namespace ksampler
