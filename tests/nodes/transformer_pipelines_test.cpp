// From a prompt to a picture with each family of transformers, small, beside diffusers' pipelines with
// the same weights and noise (tests/model/reference/make_pipelines.py).
#include "host/base/memory.hpp"
#include "host/files/png.hpp"
#include "host/model/network/tensors.hpp"
#include "tests/model/network_case.hpp"
#include "tests/nodes/node_case.hpp"
#include "tests/nodes/pipeline_runner.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

namespace ksampler {
namespace {

// Through the encoders, three steps and the decoder, each near its reference by 1e-4.
constexpr double kWhole = 1e-3;

// The sigmas, the seed and the size of make_pipelines.py.
const std::string kSampled = R"(
  canvas: { type: CANVAS, width: 128, height: 64 }
  noise: { type: RandomNoise, noise_seed: 7 }
  euler: { type: KSamplerSelect, sampler_name: euler }
  sigmas: { type: ManualSigmas, sigmas: [1, 0.75, 0.4, 0] }
  sampled: { type: SamplerCustomAdvanced, noise: $noise, guider: $guider, sampler: $euler, sigmas: $sigmas,
             latent_image: $canvas }
  vae: { type: VAELoader, vae_name: VAE }
  picture: { type: VAEDecode, samples: $sampled.output, vae: $vae }
  latent: { type: SaveLatent, samples: $sampled.output, filename_prefix: latent }
  save: { type: SaveImage, images: $picture, filename_prefix: picture }
)";

// [1,3,H,W], 0 to 1.
at::Tensor pixels_of(const Picture& picture) {
  at::Tensor pixels = at::empty({picture.height, picture.width, 4});
  std::ranges::transform(picture.rgba, pixels.mutable_data_ptr<float>(),
                         [](std::uint16_t level) { return static_cast<float>(level) / 65535.0F; });
  return pixels.narrow(2, 0, 3).permute({2, 0, 1}).unsqueeze(0);
}

class WholePipeline : public ::testing::Test {
 protected:
  // Runs nodes in which NAME.safetensors stands for the file of that case.
  Outcome run(const std::string& nodes, const std::string& vae_name = "vae16",
              const std::string& canvas = "EmptySD3LatentImage", std::uint64_t memory = 0,
              const std::string& taken = "") {
    std::string text = "nodes:" + nodes + kSampled;
    // What is decoded and saved, where it is not what was sampled as it is.
    for (const std::string from : {"{ type: VAEDecode, samples: $sampled.output",
                                   "{ type: SaveLatent, samples: $sampled.output"}) {
      if (!taken.empty()) text.replace(text.find(from) + from.find('$'), 15, taken);
    }
    text.replace(text.find("CANVAS"), 6, canvas);
    const std::size_t vae = text.find("vae_name: VAE");
    text.replace(vae + 10, 3, test::network_file(vae_name).string());
    for (const char* name : {"flux",
                             "qwen_image",
                             "whole_qwen25",
                             "sd35",
                             "z_image",
                             "whole_t5",
                             "whole_clip_l24",
                             "whole_clip_l8",
                             "whole_clip_g16",
                             "whole_qwen3",
                             "flux2",
                             "chroma",
                             "flux_fill",
                             "krea2_pipeline",
                             "whole_qwen3_vl",
                             "anima_pipeline",
                             "lumina2_pipeline",
                             "whole_gemma2",
                             "whole_qwen3_06b",
                             "flux2_dev",
                             "whole_mistral",
                             "whole_klein",
                             "flux2_vae",
                             "qwen_image21_pipeline",
                             "whole_qwen3_vl_8b",
                             "qwen21_vae",
                             "siglip_vision",
                             "redux",
                             "qwen_layered"}) {
      const std::string word = std::string("<") + name + ">";
      for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word)) {
        text.replace(at, word.size(), test::network_file(name).string());
      }
    }
    return run_pipeline_text(text, folder_.path(), {}, memory);
  }

  void expect_as_in(const std::string& name) {
    std::filesystem::path latent;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
      if (entry.path().extension() == ".latent") latent = entry.path();
    }
    ASSERT_FALSE(latent.empty());
    const at::Tensor ours = map_tensor(TensorFile::open(latent), "latent_tensor").to(at::kFloat);
    EXPECT_LT(test::relative_difference(ours, test::case_tensor(name, "latent")), kWhole);
  }

  // What was written has 256 levels, and is cut to the one below, as ComfyUI does.
  void expect_picture_as_in(const std::string& name) {
    constexpr double kOneLevel = 1.0 / 255.0 + test::kFloat32;
    std::filesystem::path file;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
      if (entry.path().extension() == ".png") file = entry.path();
    }
    ASSERT_FALSE(file.empty());
    const at::Tensor expected = test::case_tensor(name, "picture");
    const at::Tensor ours = pixels_of(read_png(file));
    ASSERT_EQ(ours.sizes(), expected.sizes());
    EXPECT_LT((ours - expected).abs().max().item<double>(), kOneLevel);
  }

  test::TemporaryFolder folder_;
};

TEST_F(WholePipeline, OfFluxIsDiffusersPipeline) {
  const Outcome outcome = run(R"(
  unet: { type: UNETLoader, unet_name: <flux> }
  clip: { type: DualCLIPLoader, clip_name1: <whole_t5>, clip_name2: <whole_clip_l24>, clip_type: flux }
  prompt: { type: CLIPTextEncode, clip: $clip, text: a red circle on a blue square }
  guided: { type: FluxGuidance, conditioning: $prompt, guidance: 2.5 }
  guider: { type: BasicGuider, model: $unet, conditioning: $guided })");
  EXPECT_EQ(outcome.warnings, std::vector<std::string>());
  expect_as_in("whole_flux");
}

// A picture's tokens stand behind the prompt's, at half their strength.
TEST_F(WholePipeline, OfFluxReduxIsDiffusersPipeline) {
  const Outcome outcome = run(R"(
  unet: { type: UNETLoader, unet_name: <flux> }
  clip: { type: DualCLIPLoader, clip_name1: <whole_t5>, clip_name2: <whole_clip_l24>, clip_type: flux }
  prompt: { type: CLIPTextEncode, clip: $clip, text: a red circle on a blue square }
  shown: { type: LoadImage, image: )" +
                              (std::filesystem::path(TEST_DATA) / "networks/redux_shown.png").string() +
                              R"( }
  vision: { type: CLIPVisionLoader, clip_name: <siglip_vision> }
  seen: { type: CLIPVisionEncode, clip_vision: $vision, image: $shown.image, crop: center }
  style: { type: StyleModelLoader, style_model_name: <redux> }
  styled: { type: StyleModelApply, conditioning: $prompt, style_model: $style, clip_vision_output: $seen,
            strength: 0.5, strength_type: multiply }
  guided: { type: FluxGuidance, conditioning: $styled, guidance: 2.5 }
  guider: { type: BasicGuider, model: $unet, conditioning: $guided })");
  EXPECT_EQ(outcome.warnings, std::vector<std::string>());
  expect_as_in("whole_redux");
}

// A blue picture, of which a rectangle is made anew, without a text.
TEST_F(WholePipeline, OfFluxFillIsDiffusersPipeline) {
  const Outcome outcome = run(R"(
  unet: { type: UNETLoader, unet_name: <flux_fill> }
  clip: { type: DualCLIPLoader, clip_name1: <whole_t5>, clip_name2: <whole_clip_l24>, clip_type: flux }
  prompt: { type: CLIPTextEncode, clip: $clip, text: anything }
  nothing: { type: ConditioningZeroOut, conditioning: $prompt }
  guided: { type: FluxGuidance, conditioning: $nothing, guidance: 30 }
  blue: { type: EmptyImage, width: 32, height: 16, batch_size: 1, color: 0x3366CC }
  none: { type: SolidMask, value: 0, width: 32, height: 16 }
  part: { type: SolidMask, value: 1, width: 10, height: 6 }
  mask: { type: MaskComposite, destination: $none, source: $part, x: 12, y: 4, operation: add }
  shown: { type: InpaintModelConditioning, positive: $guided, negative: $guided, vae: $vae, pixels: $blue,
           mask: $mask }
  guider: { type: BasicGuider, model: $unet, conditioning: $shown.positive })");
  EXPECT_EQ(outcome.warnings, std::vector<std::string>());
  expect_as_in("whole_flux_fill");
}

TEST_F(WholePipeline, OfSd3IsDiffusersPipeline) {
  const Outcome outcome = run(R"(
  unet: { type: UNETLoader, unet_name: <sd35> }
  clip: { type: TripleCLIPLoader, clip_name1: <whole_clip_g16>, clip_name2: <whole_t5>,
          clip_name3: <whole_clip_l8> }
  prompt: { type: CLIPTextEncode, clip: $clip, text: a red circle on a blue square }
  nothing: { type: ConditioningZeroOut, conditioning: $prompt }
  guider: { type: CFGGuider, model: $unet, positive: $prompt, negative: $nothing, cfg: 3 })");
  EXPECT_EQ(outcome.warnings, std::vector<std::string>());
  expect_as_in("whole_sd3");
}

TEST_F(WholePipeline, OfZImageIsDiffusersPipeline) {
  const Outcome outcome = run(R"(
  unet: { type: UNETLoader, unet_name: <z_image> }
  clip: { type: CLIPLoader, clip_name: <whole_qwen3> }
  prompt: { type: CLIPTextEncode, clip: $clip, text: a red circle on a blue square }
  guider: { type: BasicGuider, model: $unet, conditioning: $prompt })");
  EXPECT_EQ(outcome.warnings, std::vector<std::string>());
  expect_as_in("whole_z_image");
}

// Twice what the process takes by now: the encoder's and the transformer's weights come and go.
TEST_F(WholePipeline, OfZImageIsTheSameBelowALimitOfMemory) {
  run(R"(
  unet: { type: UNETLoader, unet_name: <z_image> }
  clip: { type: CLIPLoader, clip_name: <whole_qwen3> }
  prompt: { type: CLIPTextEncode, clip: $clip, text: a red circle on a blue square }
  guider: { type: BasicGuider, model: $unet, conditioning: $prompt })",
      "vae16", "EmptySD3LatentImage", 2 * resident_memory());
  expect_as_in("whole_z_image");
}

TEST_F(WholePipeline, OfQwenImageIsDiffusersPipeline) {
  const Outcome outcome = run(R"(
  unet: { type: UNETLoader, unet_name: <qwen_image> }
  clip: { type: CLIPLoader, clip_name: <whole_qwen25> }
  prompt: { type: CLIPTextEncode, clip: $clip, text: a red circle on a blue square }
  guider: { type: BasicGuider, model: $unet, conditioning: $prompt })",
                              "wan_vae");
  EXPECT_EQ(outcome.warnings, std::vector<std::string>());
  expect_as_in("whole_qwen_image");
}

const std::string kLayeredPrompt = R"(
  unet: { type: UNETLoader, unet_name: <qwen_layered> }
  clip: { type: CLIPLoader, clip_name: <whole_qwen25> }
  prompt: { type: CLIPTextEncode, clip: $clip, text: a red circle on a blue square }
  cut: { type: LatentCutToBatch, samples: $sampled.output, dim: t, slice_size: 1 })";
constexpr const char* kLayeredCanvas = "EmptyQwenImageLayeredLatentImage, layers: 2";

// Two layers, and the picture as a whole, of a picture that comes as a latent.
TEST_F(WholePipeline, OfQwenImageLayeredMakesTheLayersThatDiffusersMakes) {
  const test::TemporaryFolder inputs;
  test::ModelFile looked_at;
  looked_at.tensors["latent_tensor"] = test::case_tensor("whole_layered", "looked_at");
  looked_at.tensors["latent_format_version_0"] = at::zeros({0});
  looked_at.write(inputs / "looked_at.latent");
  const Outcome outcome = run(kLayeredPrompt + R"(
  seen: { type: LoadLatent, latent: )" +
                                  (inputs / "looked_at.latent").string() + R"( }
  shown: { type: ReferenceLatent, conditioning: $prompt, latent: $seen }
  guider: { type: BasicGuider, model: $unet, conditioning: $shown })",
                              "wan_vae", kLayeredCanvas, 0, "$cut");
  EXPECT_EQ(outcome.warnings, std::vector<std::string>());
  expect_as_in("whole_layered");
}

TEST_F(WholePipeline, OfQwenImageLayeredSaysThatLayersAreToBeCut) {
  const std::string message = test::error_text([&] {
    run(R"(
  unet: { type: UNETLoader, unet_name: <qwen_layered> }
  clip: { type: CLIPLoader, clip_name: <whole_qwen25> }
  prompt: { type: CLIPTextEncode, clip: $clip, text: a cat }
  guider: { type: BasicGuider, model: $unet, conditioning: $prompt })",
        "wan_vae", kLayeredCanvas);
  });
  EXPECT_NE(message.find("LatentCutToBatch, with dim 't'"), std::string::npos) << message;
}

TEST_F(WholePipeline, OfQwenImageSaysThatItMakesNoLayers) {
  const std::string message = test::error_text([&] {
    run(R"(
  unet: { type: UNETLoader, unet_name: <qwen_image> }
  clip: { type: CLIPLoader, clip_name: <whole_qwen25> }
  prompt: { type: CLIPTextEncode, clip: $clip, text: a cat }
  cut: { type: LatentCutToBatch, samples: $sampled.output, dim: t, slice_size: 1 }
  guider: { type: BasicGuider, model: $unet, conditioning: $prompt })",
        "wan_vae", kLayeredCanvas, 0, "$cut");
  });
  EXPECT_NE(message.find("this model makes no layers of a picture"), std::string::npos) << message;
}

// The text encoder is known by its part for pictures.
TEST_F(WholePipeline, OfKrea2IsDiffusersPipeline) {
  const Outcome outcome = run(R"(
  unet: { type: UNETLoader, unet_name: <krea2_pipeline> }
  clip: { type: CLIPLoader, clip_name: <whole_qwen3_vl> }
  prompt: { type: CLIPTextEncode, clip: $clip, text: a red circle on a blue square }
  nothing: { type: CLIPTextEncode, clip: $clip, text: "" }
  guider: { type: CFGGuider, model: $unet, positive: $prompt, negative: $nothing, cfg: 3 })",
                              "wan_vae");
  EXPECT_EQ(outcome.warnings, std::vector<std::string>());
  expect_as_in("whole_krea2");
}

// The node writes the words before the prompt that diffusers' pipeline does.
TEST_F(WholePipeline, OfLumina2IsDiffusersPipeline) {
  const Outcome outcome = run(R"(
  unet: { type: UNETLoader, unet_name: <lumina2_pipeline> }
  clip: { type: CLIPLoader, clip_name: <whole_gemma2>, clip_type: lumina2 }
  prompt: { type: CLIPTextEncodeLumina2, clip: $clip, system_prompt: superior,
            user_prompt: a red circle on a blue square }
  nothing: { type: CLIPTextEncode, clip: $clip, text: "" }
  guider: { type: CFGGuider, model: $unet, positive: $prompt, negative: $nothing, cfg: 3 })");
  EXPECT_EQ(outcome.warnings, std::vector<std::string>());
  expect_as_in("whole_lumina2");
  expect_picture_as_in("whole_lumina2");
}

TEST_F(WholePipeline, OfAnimaIsDiffusersPipeline) {
  const Outcome outcome = run(R"(
  unet: { type: UNETLoader, unet_name: <anima_pipeline> }
  clip: { type: CLIPLoader, clip_name: <whole_qwen3_06b> }
  prompt: { type: CLIPTextEncode, clip: $clip, text: a red circle on a blue square }
  other: { type: CLIPTextEncode, clip: $clip, text: blurry }
  guider: { type: CFGGuider, model: $unet, positive: $prompt, negative: $other, cfg: 3 })",
                              "wan_vae");
  EXPECT_EQ(outcome.warnings, std::vector<std::string>());
  expect_as_in("whole_anima");
}

// Which would be a text of the right width, without the tokens that the network reads itself.
TEST_F(WholePipeline, OfAnimaNeedsItsOwnTextEncoder) {
  EXPECT_NE(
      test::error_text([&] {
        run(R"(
  unet: { type: UNETLoader, unet_name: <anima_pipeline> }
  clip: { type: CLIPLoader, clip_name: <whole_klein> }
  prompt: { type: CLIPTextEncode, clip: $clip, text: a red circle on a blue square }
  guider: { type: BasicGuider, model: $unet, conditioning: $prompt })",
            "wan_vae");
      })
          .find(
              "this model reads the prompt's tokens, too, and the conditioning has none: expected one "
              "from a CLIPTextEncode node with the model's own text encoder"),
      std::string::npos);
}

const std::string kQwen21Prompt = R"(
  unet: { type: UNETLoader, unet_name: <qwen_image21_pipeline> }
  clip: { type: CLIPLoader, clip_name: <whole_qwen3_vl_8b>, clip_type: qwen_image }
  said: { type: TextEncodeQwenImage21, clip: $clip, prompt: a red circle on a blue square,
          negative_prompt: "" }
  guider: { type: CFGGuider, model: $unet, positive: $said.positive, negative: $said.negative, cfg: 3 })";

TEST_F(WholePipeline, OfQwenImage21IsDiffusersPipeline) {
  const Outcome outcome = run(kQwen21Prompt, "qwen21_vae", "EmptyFlux2LatentImage");
  EXPECT_EQ(outcome.warnings, std::vector<std::string>());
  expect_as_in("whole_qwen_image21");
}

// The editing node beside transformers' Qwen3-VL.
class Editing21 : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto file = TensorFile::open(test::network_file("whole_qwen3_vl_8b"));
    clip_.emplace(std::vector<Weights>{Weights(file, at::kCPU, at::kFloat)}, TextUse::qwen_image);
  }
  static void TearDownTestSuite() { clip_.reset(); }

  static at::Tensor expected(const char* tensor) {
    return test::case_tensor("whole_qwen21_edit", tensor);
  }
  // Of two pictures, in their size.
  static std::vector<Value> outputs(std::map<std::string, Value> links) {
    links["clip"] = clip_;
    links["images.image_1"] = ImageValue(expected("picture.0"));
    links["images.image_3"] = ImageValue(expected("picture.1"));
    NodeCase node{"TextEncodeQwenImage21",
                  {{"prompt", std::string("a red circle on a blue square")},
                   {"negative_prompt", std::string("a cat")},
                   {"resolution", std::int64_t{0}}},
                  links,
                  {}};
    return node.run();
  }

  static inline ClipValue clip_;
  const c10::InferenceMode inference_;
};

TEST_F(Editing21, ReadsPicturesAmongTheWords) {
  const auto made = outputs({});
  const auto positive = std::any_cast<ConditioningValue>(made.at(0));
  EXPECT_LT(test::relative_difference(positive.at(0).embedding, expected("all")), kWhole);
  EXPECT_EQ(positive.at(0).slots, std::vector<std::int64_t>());
  EXPECT_TRUE(positive.at(0).references.empty());
}

// With the autoencoder, the network sees the pictures themselves, where their tokens stood.
TEST_F(Editing21, GivesTheNetworkPicturesInPlaceOfTheirTokens) {
  const VaeValue vae({}, 0, [] { return load_autoencoder(test::network_weights("qwen21_vae")); });
  const auto made = outputs({{"vae", vae}});
  const auto positive = std::any_cast<ConditioningValue>(made.at(0));
  EXPECT_LT(test::relative_difference(positive.at(0).embedding, expected("words")), kWhole);
  EXPECT_EQ(positive.at(0).slots, (std::vector<std::int64_t>{8, 14}));
  ASSERT_EQ(positive.at(0).references.size(), 2U);
  EXPECT_EQ(positive.at(0).references[0].sizes(), at::IntArrayRef({1, 64, 4, 6}));
  EXPECT_EQ(positive.at(0).references[1].sizes(), at::IntArrayRef({1, 64, 6, 2}));
  const auto negative = std::any_cast<ConditioningValue>(made.at(1));
  EXPECT_EQ(negative.at(0).slots, (std::vector<std::int64_t>{8, 14}));
  EXPECT_LT(negative.at(0).embedding.size(1), positive.at(0).embedding.size(1));
  EXPECT_EQ(std::any_cast<LatentValue>(made.at(2)).samples.sizes(), at::IntArrayRef({1, 64, 4, 6}));
}

// The editing nodes beside transformers' Qwen2.5-VL, with pictures scaled as ComfyUI does it.
class EditingNodes : public ::testing::Test {
 protected:
  static at::Tensor coloured(std::int64_t height, std::int64_t width, std::array<double, 3> colour) {
    return at::tensor(colour, at::kFloat).div(255.0).expand({1, height, width, 3}).clone();
  }

  static void SetUpTestSuite() {
    const auto file = TensorFile::open(test::network_file("whole_qwen_vl"));
    clip_.emplace(Weights(file, at::kCPU, at::kFloat));
    blue_ = coloured(20, 40, {0x33, 0x66, 0xCC});
    red_ = coloured(30, 24, {0xEE, 0x11, 0x22});
    blue_.slice(1, 4, 10).slice(2, 12, 22).fill_(1.0);
    red_.slice(1, 2, 20).slice(2, 3, 9).fill_(0.0);
  }
  static void TearDownTestSuite() {
    clip_.reset();
    blue_.reset();
    red_.reset();
  }

  static Conditioning said(const std::string& type, std::map<std::string, Value> pictures) {
    pictures["clip"] = clip_;
    NodeCase node{type, {{"prompt", std::string("a red circle on a blue square")}}, pictures, {}};
    return result_of<ConditioningValue>(std::move(node)).at(0);
  }
  // A row of each 37, as make_pipelines.py has them.
  static void expect_rows(const at::Tensor& ours, const char* name) {
    const at::Tensor rows = ours.slice(1, 0, std::nullopt, 37);
    const at::Tensor theirs = test::case_tensor("whole_qwen_edit", name);
    ASSERT_EQ(rows.sizes(), theirs.sizes());
    EXPECT_LT(test::relative_difference(rows, theirs), kWhole);
  }

  static inline ClipValue clip_;
  static inline ImageValue blue_, red_;
  const c10::InferenceMode inference_;
};

TEST_F(EditingNodes, ReadAPromptWithItsPicture) {
  expect_rows(said("TextEncodeQwenImageEdit", {{"image", blue_}}).embedding, "one");
}

TEST_F(EditingNodes, ReadSeveralPicturesByTheirNumbers) {
  expect_rows(said("TextEncodeQwenImageEditPlus", {{"image1", blue_}, {"image3", red_}}).embedding,
              "two");
}

TEST_F(EditingNodes, WithoutAPictureReadThePromptAlone) {
  NodeCase plain{"CLIPTextEncode",
                 {{"text", std::string("a red circle on a blue square")}},
                 {{"clip", clip_}},
                 {}};
  EXPECT_TRUE(at::equal(said("TextEncodeQwenImageEdit", {}).embedding,
                        result_of<ConditioningValue>(std::move(plain)).at(0).embedding));
}

TEST_F(EditingNodes, GiveTheNetworkTheirPicturesEncoded) {
  const VaeValue vae({}, 0, [] { return load_autoencoder(test::network_weights("wan_vae")); });
  const Conditioning made = said("TextEncodeQwenImageEditPlus", {{"image2", red_}, {"vae", vae}});
  ASSERT_EQ(made.references.size(), 1U);
  // 30 by 24 pixels become about 1024 by 1024, in multiples of 8: 1144 by 912.
  EXPECT_EQ(made.references[0].sizes(), at::IntArrayRef({1, 16, 143, 114}));
}

TEST_F(EditingNodes, SayWhichTextEncoderSeesPictures) {
  const auto with = [&](const char* network) {
    const auto file = TensorFile::open(test::network_file(network));
    NodeCase node{
        "TextEncodeQwenImageEdit",
        {{"prompt", std::string("cat")}},
        {{"clip", ClipValue(TextModel(Weights(file, at::kCPU, at::kFloat)))}, {"image", blue_}},
        {}};
    return test::error_text([&] { node.run(); });
  };
  EXPECT_EQ(
      with("whole_qwen3"),
      "the text encoder Qwen3 takes no pictures; expected Qwen2.5-VL, that of Qwen-Image-Edit, or "
      "Qwen3-VL, that of Qwen-Image 2.1");
  EXPECT_EQ(with("whole_qwen25"),
            "this file of Qwen2.5 has no part that sees pictures (no tensor "
            "'visual.patch_embed.proj.weight'); expected the whole Qwen2.5-VL");
}

TEST_F(WholePipeline, OfChromaIsDiffusersPipeline) {
  const Outcome outcome = run(R"(
  unet: { type: UNETLoader, unet_name: <chroma> }
  clip: { type: CLIPLoader, clip_name: <whole_t5>, clip_type: chroma }
  prompt: { type: CLIPTextEncode, clip: $clip, text: a red circle on a blue square }
  nothing: { type: CLIPTextEncode, clip: $clip, text: "" }
  guider: { type: CFGGuider, model: $unet, positive: $prompt, negative: $nothing, cfg: 3 })");
  EXPECT_EQ(outcome.warnings, std::vector<std::string>());
  expect_as_in("whole_chroma");
}

const std::string kFlux2Prompt = R"(
  unet: { type: UNETLoader, unet_name: <flux2> }
  clip: { type: CLIPLoader, clip_name: <whole_klein>, clip_type: flux2 }
  prompt: { type: CLIPTextEncode, clip: $clip, text: a red circle on a blue square })";

TEST_F(WholePipeline, OfFlux2IsDiffusersPipeline) {
  const Outcome outcome = run(kFlux2Prompt + R"(
  guider: { type: BasicGuider, model: $unet, conditioning: $prompt })",
                              "flux2_vae", "EmptyFlux2LatentImage");
  EXPECT_EQ(outcome.warnings, std::vector<std::string>());
  expect_as_in("whole_flux2");
  expect_picture_as_in("whole_flux2");
}

// Its text encoder tells by its vocabulary what it is for.
TEST_F(WholePipeline, OfFlux2DevIsDiffusersPipeline) {
  const Outcome outcome = run(R"(
  unet: { type: UNETLoader, unet_name: <flux2_dev> }
  clip: { type: CLIPLoader, clip_name: <whole_mistral> }
  prompt: { type: CLIPTextEncode, clip: $clip, text: a red circle on a blue square }
  guided: { type: FluxGuidance, conditioning: $prompt, guidance: 4 }
  guider: { type: BasicGuider, model: $unet, conditioning: $guided })",
                              "flux2_vae", "EmptyFlux2LatentImage");
  EXPECT_EQ(outcome.warnings, std::vector<std::string>());
  expect_as_in("whole_flux2_dev");
}

// The picture that is looked at comes as a file, and goes through the encoder.
TEST_F(WholePipeline, OfFlux2WithAPictureThatItLooksAtIsDiffusersPipeline) {
  run(kFlux2Prompt + R"(
  picture_in: { type: LoadImage, image: )" +
          (std::filesystem::path(TEST_DATA) / "networks/looked_at.png").string() + R"( }
  encoder: { type: VAELoader, vae_name: <flux2_vae> }
  seen: { type: VAEEncode, pixels: $picture_in.image, vae: $encoder }
  shown: { type: ReferenceLatent, conditioning: $prompt, latent: $seen }
  placed: { type: FluxKontextMultiReferenceLatentMethod, conditioning: $shown,
            reference_latents_method: index }
  guider: { type: BasicGuider, model: $unet, conditioning: $placed })",
      "flux2_vae", "EmptyFlux2LatentImage");
  expect_as_in("whole_flux2_edit");
}

// An empty latent of other cells becomes one of the model's, for a picture of the same size.
TEST_F(WholePipeline, OfFlux2BeginsFromAnyEmptyLatent) {
  run(kFlux2Prompt + R"(
  guider: { type: BasicGuider, model: $unet, conditioning: $prompt })",
      "flux2_vae", "EmptyLatentImage");
  expect_as_in("whole_flux2");
}

}  // namespace
}  // namespace ksampler
