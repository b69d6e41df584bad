// From a checkpoint file to a picture, and the nodes around an autoencoder.
#include "host/base/error.hpp"
#include "host/files/header_book.hpp"
#include "host/files/png.hpp"
#include "host/files/tensor_file.hpp"
#include "host/model/denoise/preconditioning.hpp"
#include "host/nodes/declarations.hpp"
#include "host/nodes/functions.hpp"
#include "host/nodes/input_checks.hpp"
#include "host/nodes/plugin_inputs.hpp"
#include "tests/model/made_encoder.hpp"
#include "tests/model/network_case.hpp"
#include "tests/nodes/node_case.hpp"
#include "tests/nodes/pipeline_runner.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

#include <fstream>
#include <memory>

namespace ksampler {
namespace {

using test::error_text;
using test::ModelFile;

// A small checkpoint of SD 1's architecture, whose autoencoder has 2 pixels a cell.
ModelFile checkpoint() {
  ModelFile model = ModelFile().add("sd1_unet").add("vae");
  const test::Tensors text = test::transformers_tensors("cond_stage_model.transformer.", {.width = 24});
  model.tensors.insert(text.begin(), text.end());
  return model;
}

constexpr char kPicture[] = R"(nodes:
  checkpoint: { type: CheckpointLoaderSimple, ckpt_name: model.safetensors }
  positive: { type: CLIPTextEncode, clip: $checkpoint.clip, text: a (red:1.2) circle }
  negative: { type: CLIPTextEncode, clip: $checkpoint.clip, text: "" }
  canvas: { type: EmptyLatentImage, width: 64, height: 96, batch_size: 2 }
  base:
    type: KSampler
    model: $checkpoint.model
    positive: $positive
    negative: $negative
    latent_image: $canvas
    seed: 1
    steps: 2
    cfg: 4.0
    sampler_name: euler
    scheduler: normal
  image: { type: VAEDecode, vae: $checkpoint.vae, samples: $base }
  save: { type: SaveImage, images: $image, filename_prefix: picture }
)";

class PipelineOfACheckpoint : public ::testing::Test {
 protected:
  Outcome run(const ModelFile& model, const std::string& text) {
    model.write(folder_ / "model.safetensors");
    return run_pipeline_text(text, folder_.path());
  }

  test::TemporaryFolder folder_;
};

TEST_F(PipelineOfACheckpoint, MakesPicturesOfItsText) {
  const Outcome outcome = run(checkpoint(), kPicture);
  ASSERT_EQ(outcome.files.size(), 2u);
  EXPECT_EQ(outcome.warnings, std::vector<std::string>{});
  const Picture picture = read_png(outcome.files[0]);
  EXPECT_EQ(picture.width, 16u);
  EXPECT_EQ(picture.height, 24u);
}

TEST_F(PipelineOfACheckpoint, MakesTheSamePictureFromTheNetworksThatItKept) {
  const Outcome first = run(checkpoint(), kPicture);
  const Outcome again = run_pipeline_text(kPicture, folder_.path());
  ASSERT_EQ(again.files.size(), 2u);
  EXPECT_EQ(read_png(first.files[1]).rgba, read_png(again.files[1]).rgba);
}

TEST_F(PipelineOfACheckpoint, WithoutAnAutoencoderNamesWhatWasAskedFor) {
  const std::string text =
      error_text([&] { run(checkpoint().without_all("first_stage_model."), kPicture); });
  EXPECT_NE(text.find("model.safetensors: holds no autoencoder (expected tensors "
                      "'first_stage_model....'); it holds a diffusion network and a text encoder"),
            std::string::npos)
      << text;
}

TEST_F(PipelineOfACheckpoint, WithoutATextEncoderNamesWhatWasAskedFor) {
  const std::string text =
      error_text([&] { run(checkpoint().without_all("cond_stage_model."), kPicture); });
  EXPECT_NE(text.find("no text encoder in this file"), std::string::npos) << text;
}

TEST_F(PipelineOfACheckpoint, NeedsNoPartThatNobodyAsksFor) {
  const Outcome outcome = run(ModelFile().add("vae"), R"(nodes:
  checkpoint: { type: CheckpointLoaderSimple, ckpt_name: model.safetensors }
  canvas: { type: EmptyLatentImage, width: 64, height: 64 }
  image: { type: VAEDecodeTiled, vae: $checkpoint.vae, samples: $canvas, tile_size: 64, overlap: 32 }
  save: { type: SaveImage, images: $image }
)");
  EXPECT_EQ(outcome.files.size(), 1u);
}

TEST_F(PipelineOfACheckpoint, TakesPartsFromFilesOfTheirOwn) {
  // As files of a single network are: without the prefix.
  ModelFile unet, vae;
  for (const auto& [name, tensor] : checkpoint().tensors) {
    const std::string first = "model.diffusion_model.";
    const std::string second = "first_stage_model.";
    if (name.starts_with(first)) unet.tensors[name.substr(first.size())] = tensor;
    if (name.starts_with(second)) vae.tensors[name.substr(second.size())] = tensor;
  }
  unet.write(folder_ / "unet.safetensors");
  vae.write(folder_ / "vae.safetensors");
  std::string text = kPicture;
  text.replace(text.find("  checkpoint:"), text.find("  positive:") - text.find("  checkpoint:"),
               "  unet: { type: UNETLoader, unet_name: unet.safetensors, weight_dtype: fp32 }\n"
               "  vae: { type: VAELoader, vae_name: vae.safetensors }\n"
               "  clip: { type: CLIPLoader, clip_name: model.safetensors }\n");
  for (const std::string part : {"model", "clip", "vae"}) {
    const std::string from = "$checkpoint." + part;
    const std::string to = part == "model" ? "$unet" : "$" + part;
    while (text.find(from) != std::string::npos) text.replace(text.find(from), from.size(), to);
  }
  const Outcome parts = run(checkpoint(), text);
  const Outcome whole = run_pipeline_text(kPicture, folder_.path());
  EXPECT_EQ(read_png(parts.files[0]).rgba, read_png(whole.files[0]).rgba);
}

TEST_F(PipelineOfACheckpoint, WarnsOfTensorsThatItHasNoUseFor) {
  ModelFile model = checkpoint();
  model.tensors["first_stage_model.decoder.odd"] = at::zeros({1});
  const Outcome outcome = run(model, kPicture);
  ASSERT_EQ(outcome.warnings.size(), 1u);
  EXPECT_NE(outcome.warnings[0].find("no use for 'first_stage_model.decoder.odd'"), std::string::npos)
      << outcome.warnings[0];
}

TEST_F(PipelineOfACheckpoint, WarnsOfTensorsOutsideOfItsParts) {
  ModelFile model = checkpoint();
  for (const std::string name : {"somewhere.else", "somewhere.b", "x.1", "x.2", "x.3"}) {
    model.tensors[name] = at::zeros({1});
  }
  EXPECT_EQ(run(model, kPicture).warnings,
            std::vector<std::string>{(folder_ / "model.safetensors").string() +
                                     ": no use for 'somewhere.b', 'somewhere.else', 'x.1' and 2 more; "
                                     "the model may be of a kind that is not quite this"});
}

TEST_F(PipelineOfACheckpoint, WarnsOfTensorsOfATextEncoderThatItHasNoUseFor) {
  ModelFile model = checkpoint();
  model.tensors["cond_stage_model.transformer.text_model.adapter.weight"] = at::zeros({1});
  const std::vector<std::string> expected = {
      (folder_ / "model.safetensors").string() +
      ": no use for 'cond_stage_model.transformer.text_model.adapter.weight'; the model may be of a "
      "kind that is not quite this"};
  EXPECT_EQ(run(model, kPicture).warnings, expected);
}

TEST_F(PipelineOfACheckpoint, IsSilentAboutWhatTrainingLeftInIt) {
  ModelFile model = checkpoint();
  for (const std::string name :
       {"model_ema.decay", "model_ema.diffusion_modelout2bias", "alphas_cumprod", "alphas_cumprod_prev",
        "betas", "sqrt_alphas_cumprod", "log_one_minus_alphas_cumprod", "posterior_variance",
        "posterior_mean_coef1", "cond_stage_model.transformer.text_model.embeddings.position_ids",
        "cond_stage_model.logit_scale", "logit_scale", "denoiser.sigmas", "ztsnr",
        "first_stage_model.loss.logvar"}) {
    model.tensors[name] = at::zeros({1});
  }
  EXPECT_EQ(run(model, kPicture).warnings, std::vector<std::string>{});
}

// Every weight rounded to 8 bits: the same picture as from a float32 file with these numbers.
TEST_F(PipelineOfACheckpoint, MakesPicturesFromWeightsOfEightBits) {
  for (const at::ScalarType type : {at::kFloat8_e4m3fn, at::kFloat8_e5m2}) {
    ModelFile narrow = checkpoint();
    ModelFile wide = narrow;
    for (auto& [name, tensor] : narrow.tensors) {
      tensor = tensor.to(type);
      wide.tensors[name] = tensor.to(at::kFloat);
    }
    const Outcome theirs = run(wide, kPicture);
    const auto expected = read_png(theirs.files.at(1)).rgba;
    const Outcome ours = run(narrow, kPicture);
    EXPECT_EQ(ours.warnings, std::vector<std::string>{});
    EXPECT_EQ(read_png(ours.files.at(1)).rgba, expected);
  }
}

// ComfyUI's pipelines say it; a CPU's text encoder is the same.
TEST_F(PipelineOfACheckpoint, TakesADeviceForItsTextEncoder) {
  const auto with = [](const std::string& device) {
    std::string text = kPicture;
    text.insert(text.find("  positive:"),
                "  clip: { type: CLIPLoader, clip_name: model.safetensors, device: " + device + " }\n");
    const std::string from = "$checkpoint.clip";
    while (text.find(from) != std::string::npos) text.replace(text.find(from), from.size(), "$clip");
    return text;
  };
  const auto expected = read_png(run(checkpoint(), kPicture).files.at(0)).rgba;
  for (const std::string device : {"default", "cpu"}) {
    EXPECT_EQ(read_png(run(checkpoint(), with(device)).files.at(0)).rgba, expected) << device;
  }
  const std::string text = error_text([&] { run(checkpoint(), with("gpu")); });
  EXPECT_NE(text.find("default, cpu"), std::string::npos) << text;
}

TEST_F(PipelineOfACheckpoint, RoundsAUNetToEightBitsWhereItIsAskedTo) {
  const auto with = [&](const std::string& name) {
    std::string text = kPicture;
    const std::string from = "model: $checkpoint.model";
    text.replace(text.find(from), from.size(), "model: $unet");
    text.insert(
        text.find("  positive:"),
        "  unet: { type: UNETLoader, unet_name: model.safetensors, weight_dtype: " + name + " }\n");
    return read_png(run(checkpoint(), text).files.at(0)).rgba;
  };
  const auto whole = with("default");
  const auto rounded = with("fp8_e4m3fn");
  EXPECT_NE(rounded, whole);
  EXPECT_NE(with("fp8_e5m2"), rounded);  // which has a bit less for the fraction
  EXPECT_EQ(with("fp8_e4m3fn_fast"), rounded);
  EXPECT_EQ(with("default"), whole);  // both are kept, by their names
}

class AutoencoderNodes : public ::testing::Test {
 protected:
  c10::InferenceMode inference_;
  VaeValue vae_{{}, 0, [] {
                  return std::make_shared<const KlAutoencoder>(
                      test::network_weights("vae").within("first_stage_model."));
                }};
};

TEST_F(AutoencoderNodes, EncodeAndDecodeTheSizesOfTheirScale) {
  const ImageValue picture = at::rand({2, 12, 17, 3});
  NodeCase encode{"VAEEncode", {}, {{"pixels", picture}, {"vae", vae_}}, {}};
  const auto latent = std::any_cast<LatentValue>(encode.run()[0]);
  EXPECT_EQ(latent.samples.sizes(), at::IntArrayRef({2, 4, 6, 8}));
  EXPECT_FALSE(latent.noise_mask.defined());
  NodeCase decode{"VAEDecode", {}, {{"samples", latent}, {"vae", vae_}}, {}};
  const auto decoded = std::any_cast<ImageValue>(decode.run()[0]);
  EXPECT_EQ(decoded.sizes(), at::IntArrayRef({2, 12, 16, 3}));
  EXPECT_GE(decoded.min().item<float>(), 0.0F);
  EXPECT_LE(decoded.max().item<float>(), 1.0F);
}

TEST_F(AutoencoderNodes, InpaintingHidesWhatTheMaskCovers) {
  const ImageValue picture = at::rand({1, 16, 16, 3});
  MaskValue mask = at::zeros({1, 16, 16});
  mask[0].slice(0, 4, 8).slice(1, 4, 8).fill_(1.0);
  const auto latent_of_mask = [&](const ImageValue& image, std::int64_t grow) {
    NodeCase node{"VAEEncodeForInpaint",
                  {{"grow_mask_by", grow}},
                  {{"pixels", image}, {"vae", vae_}, {"mask", mask}},
                  {}};
    return std::any_cast<LatentValue>(node.run()[0]);
  };
  // Whatever is under the mask, the latent is the same.
  ImageValue other = picture.clone();
  other[0].slice(0, 4, 8).slice(1, 4, 8).fill_(0.9);
  EXPECT_TRUE(at::equal(latent_of_mask(picture, 0).samples, latent_of_mask(other, 0).samples));
  // A square of 4 grown by a square of 3 is one of 6.
  EXPECT_EQ(latent_of_mask(picture, 0).noise_mask.sum().item<float>(), 16.0F);
  EXPECT_EQ(latent_of_mask(picture, 3).noise_mask.sum().item<float>(), 36.0F);
  EXPECT_EQ(latent_of_mask(picture, 3).noise_mask.sizes(), at::IntArrayRef({1, 1, 16, 16}));
}

struct ShownPicture {
  Conditioning positive, negative;
  LatentValue latent;
};

ShownPicture shown_by(NodeCase node) {
  ConditioningValue said(1);
  node.links["positive"] = said;
  said[0].strength = 0.25;
  node.links["negative"] = said;
  const std::vector<Value> made = node.run();
  return {std::any_cast<ConditioningValue>(made.at(0)).at(0),
          std::any_cast<ConditioningValue>(made.at(1)).at(0), std::any_cast<LatentValue>(made.at(2))};
}

TEST_F(AutoencoderNodes, InpaintModelConditioningShowsWhatTheMaskLeavesAndKeepsTheRest) {
  const ImageValue picture = at::rand({1, 16, 24, 3});
  const MaskValue mask = at::rand({1, 16, 24});
  NodeCase node{
      "InpaintModelConditioning", {}, {{"pixels", picture}, {"vae", vae_}, {"mask", mask}}, {}};
  const ShownPicture shown = shown_by(node);
  NodeCase covered{"VAEEncodeForInpaint",
                   {{"grow_mask_by", std::int64_t{0}}},
                   {{"pixels", picture}, {"vae", vae_}, {"mask", mask}},
                   {}};
  NodeCase whole{"VAEEncode", {}, {{"pixels", picture}, {"vae", vae_}}, {}};
  EXPECT_TRUE(
      at::equal(shown.positive.concat_latent, result_of<LatentValue>(std::move(covered)).samples));
  EXPECT_TRUE(at::equal(shown.positive.concat_mask, mask.unsqueeze(1)));
  EXPECT_TRUE(at::equal(shown.negative.concat_latent, shown.positive.concat_latent));
  EXPECT_TRUE(at::equal(shown.negative.concat_mask, shown.positive.concat_mask));
  EXPECT_EQ(shown.negative.strength, 0.25);
  EXPECT_TRUE(at::equal(shown.latent.samples, result_of<LatentValue>(std::move(whole)).samples));
  EXPECT_TRUE(at::equal(shown.latent.noise_mask, mask.unsqueeze(1)));
  node.literals["noise_mask"] = false;
  EXPECT_FALSE(shown_by(node).latent.noise_mask.defined());
}

TEST_F(AutoencoderNodes, InpaintModelConditioningTakesTheMiddleInMultiplesOfEight) {
  const ImageValue picture = at::rand({1, 19, 30, 3});
  const MaskValue mask = at::rand({1, 19, 30});
  const ShownPicture shown = shown_by(
      {"InpaintModelConditioning", {}, {{"pixels", picture}, {"vae", vae_}, {"mask", mask}}, {}});
  EXPECT_TRUE(at::equal(shown.positive.concat_mask, mask.slice(1, 1, 17).slice(2, 3, 27).unsqueeze(1)));
  EXPECT_EQ(shown.positive.concat_latent.sizes(), at::IntArrayRef({1, 4, 8, 12}));
  // The picture itself is cut for the autoencoder alone, whose cells are 2 by 2 here.
  EXPECT_EQ(shown.latent.samples.sizes(), at::IntArrayRef({1, 4, 9, 15}));
}

TEST_F(AutoencoderNodes, InstructPixToPixConditioningShowsThePictureAndBeginsWithNone) {
  const ImageValue picture = at::rand({1, 16, 24, 3});
  const ShownPicture shown =
      shown_by({"InstructPixToPixConditioning", {}, {{"pixels", picture}, {"vae", vae_}}, {}});
  NodeCase whole{"VAEEncode", {}, {{"pixels", picture}, {"vae", vae_}}, {}};
  const at::Tensor encoded = result_of<LatentValue>(std::move(whole)).samples;
  EXPECT_TRUE(at::equal(shown.positive.concat_latent, encoded));
  EXPECT_TRUE(at::equal(shown.negative.concat_latent, encoded));
  EXPECT_FALSE(shown.positive.concat_mask.defined());
  EXPECT_TRUE(at::equal(shown.latent.samples, at::zeros_like(encoded)));
}

class ParameterizationNodes : public ::testing::Test {
 protected:
  // What the node makes of SD 1's network.
  static ModelSampling sampling_of(const std::string& type, std::map<std::string, Literal> literals) {
    static const test::TemporaryFolder folder;
    const auto file = folder / "unet.safetensors";
    if (!std::filesystem::exists(file)) ModelFile().add("sd1_unet").write(file);
    NodeCase loader{"UNETLoader", {{"unet_name", file.string()}}, {}, {}};
    NodeCase node{type, std::move(literals), {{"model", loader.run()[0]}}, {}};
    return std::any_cast<ModelValue>(node.run()[0]).sampling;
  }
};

TEST_F(ParameterizationNodes, TakeANetworkForAnother) {
  const ModelSampling v =
      sampling_of("ModelSamplingDiscrete", {{"sampling", std::string("v_prediction")}, {"zsnr", true}});
  EXPECT_EQ(v.prediction(), static_cast<std::uint32_t>(KS_PREDICTION_V));
  EXPECT_GT(v.sigma_max(), 4000.0);
  EXPECT_EQ(sampling_of("ModelSamplingDiscrete", {}).prediction(),
            static_cast<std::uint32_t>(KS_PREDICTION_EPS));
  const ModelSampling sd3 = sampling_of("ModelSamplingSD3", {{"shift", 2.0}});
  EXPECT_TRUE(sd3.is_flow());
  EXPECT_EQ(sd3.abi()->shift, 2.0);
  EXPECT_EQ(sampling_of("ModelSamplingSD3", {{"shift", 0.0}}).sigma_min(), 0.0);
}

// ComfyUI: the network sees the noisy latent as it is, and its answer is the picture.
TEST_F(ParameterizationNodes, TakeANetworkForOneFromImageToImage) {
  const ModelSampling sampling =
      sampling_of("ModelSamplingDiscrete", {{"sampling", std::string("img_to_img")}});
  const Preconditioning scaled = preconditioning(sampling, 5.0);
  EXPECT_EQ(scaled.c_in, 1.0);
  EXPECT_EQ(scaled.c_skip, 0.0);
  EXPECT_EQ(scaled.c_out, 1.0);
  // Unlike x0, whose network is given latents of one variance.
  const ModelSampling x0 = sampling_of("ModelSamplingDiscrete", {{"sampling", std::string("x0")}});
  EXPECT_LT(preconditioning(x0, 5.0).c_in, 0.2);
  EXPECT_EQ(sampling.sigma_max(), x0.sigma_max());
}

TEST_F(ParameterizationNodes, ShiftAFluxByTheSizeOfThePicture) {
  // 1024 by 1024 are 4096 tokens, 256 by 256 are 256: the ends of the line.
  EXPECT_DOUBLE_EQ(sampling_of("ModelSamplingFlux", {}).abi()->shift, 1.15);
  EXPECT_DOUBLE_EQ(
      sampling_of("ModelSamplingFlux", {{"width", std::int64_t{256}}, {"height", std::int64_t{256}}})
          .abi()
          ->shift,
      0.5);
}

TEST_F(ParameterizationNodes, TakeANetworkForAFlowThatIsToldTheNoiseLevel) {
  const ModelSampling aura = sampling_of("ModelSamplingAuraFlow", {});
  EXPECT_TRUE(aura.is_flow());
  EXPECT_EQ(aura.abi()->shift, 1.73);
  EXPECT_EQ(aura.timestep(0.5), 0.5);  // 500 for Stable Diffusion 3
  EXPECT_EQ(sampling_of("ModelSamplingSD3", {}).timestep(0.5), 500.0);
}

TEST_F(ParameterizationNodes, TakeANetworkForAllNoiseLevelsOfARange) {
  const auto edm = [](const char* sampling) {
    return sampling_of("ModelSamplingContinuousEDM",
                       {{"sampling", std::string(sampling)}, {"sigma_max", 80.0}});
  };
  EXPECT_FLOAT_EQ(static_cast<float>(edm("edm").sigma_max()), 80.0F);
  EXPECT_FLOAT_EQ(static_cast<float>(edm("edm").sigma_min()), 0.002F);
  EXPECT_EQ(edm("edm").sigma_data(), 0.5);
  EXPECT_EQ(edm("edm").prediction(), static_cast<std::uint32_t>(KS_PREDICTION_EDM));
  EXPECT_EQ(edm("eps").sigma_data(), 1.0);
  EXPECT_EQ(edm("eps").prediction(), static_cast<std::uint32_t>(KS_PREDICTION_EPS));
  EXPECT_EQ(edm("v_prediction").prediction(), static_cast<std::uint32_t>(KS_PREDICTION_V));
  const ModelSampling v = sampling_of("ModelSamplingContinuousV", {});
  EXPECT_EQ(v.prediction(), static_cast<std::uint32_t>(KS_PREDICTION_V));
  EXPECT_FLOAT_EQ(static_cast<float>(v.timestep(1.0)), 0.5F);
}

TEST_F(ParameterizationNodes, RefuseARangeThatIsNone) {
  for (const char* type : {"ModelSamplingContinuousEDM", "ModelSamplingContinuousV"}) {
    EXPECT_EQ(error_text([&] {
                sampling_of(type, {{"sigma_min", 0.0}, {"sigma_max", 5.0}});
              }),
              "'sigma_min' is 0 and 'sigma_max' 5; expected 0 < sigma_min < sigma_max");
    EXPECT_NE(error_text([&] {
                sampling_of(type, {{"sigma_min", 5.0}, {"sigma_max", 5.0}});
              }),
              "no error");
  }
}

// ComfyUI reads two things of the configuration, and the rest off the tensors.
TEST(CheckpointLoader, TakesTheParameterizationAndTheLayerThatItsConfigurationNames) {
  const test::TemporaryFolder folder;
  const auto file = folder / "checkpoint.safetensors";
  checkpoint().write(file);
  const auto loaded = [&](const char* type, const char* config) {
    const std::string text =
        std::string("nodes:\n  loader: { type: ") + type +
        (*config == '\0' ? "" : std::string(", config_name: ") + config) +
        ", ckpt_name: " + file.string() +
        " }\n"
        "  skip: { type: CLIPSetLastLayer, clip: $loader.clip, stop_at_clip_layer: -2 }\n"
        "  text: { type: CLIPTextEncode, clip: $" +
        (std::string(type) == "CheckpointLoader" ? "loader.clip" : "skip") +
        ", text: a cat }\n"
        "  canvas: { type: EmptyLatentImage, width: 64, height: 64 }\n"
        "  base: { type: KSampler, model: $loader.model, positive: $text, negative: "
        "$text, latent_image: $canvas, steps: 2, cfg: 1, sampler_name: euler, "
        "scheduler: normal }\n"
        "  save: { type: SaveLatent, samples: $base }\n";
    const test::TemporaryFolder out;
    const auto written = TensorFile::open(run_pipeline_text(text, out.path()).files.at(0));
    return written->read("latent_tensor");
  };
  const auto skipping = loaded("CheckpointLoaderSimple", "");
  EXPECT_EQ(loaded("CheckpointLoader", "v1-inference_clip_skip_2.yaml"), skipping);
  EXPECT_EQ(loaded("CheckpointLoader", "anything_v3.yaml"), skipping);
  const auto plain = loaded("CheckpointLoader", "v1-inference.yaml");
  EXPECT_NE(plain, skipping);
  EXPECT_EQ(loaded("CheckpointLoader", "v2-inference_fp32.yaml"), plain);
  EXPECT_NE(loaded("CheckpointLoader", "v2-inference-v_fp32.yaml"), plain);
}

// Checks before a run, three loaders and the search for strangers open it.
TEST(ModelFiles, HaveTheirHeadersReadOnceARun) {
  const auto book = std::make_shared<HeaderBook>();
  const auto usual = header_book();
  use_header_book(book);
  const test::TemporaryFolder folder;
  std::string text = kPicture;
  text.replace(text.find("model.safetensors"), 17, SOURCE_DIR "/configs/models/shapes.safetensors");
  std::ofstream(folder / "pipeline.yaml") << text;
  const Registry registry({BINARY_DIR "/plugins"});
  check_inputs(check_pipeline(read_pipeline(folder / "pipeline.yaml"), node_declarations(),
                              plugin_inputs(registry)),
               registry);
  EXPECT_EQ(book->times_read(), 1u);
  run_pipeline(folder / "pipeline.yaml", folder.path());
  run_pipeline(folder / "pipeline.yaml", folder.path());
  EXPECT_EQ(book->times_read(), 1u);
  use_header_book(usual);
}

}  // namespace
}  // namespace ksampler
