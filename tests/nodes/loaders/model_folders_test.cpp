// Pipelines whose models are folders, as diffusers writes them, beside the same in single files.
#include "host/files/tensor_file.hpp"
#include "tests/model/diffusers_folder.hpp"
#include "tests/model/made_encoder.hpp"
#include "tests/model/network_case.hpp"
#include "tests/nodes/pipeline_runner.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones.h>

#include <gtest/gtest.h>

#include <string>

namespace ksampler {
namespace {

using test::network_file;

constexpr const char* kNetwork = "diffusion_pytorch_model";

const std::string kRest = R"(
  prompt: { type: CLIPTextEncode, clip: CLIP, text: a red circle }
  canvas: { type: CANVAS, width: 64, height: 32 }
  base: { type: KSampler, model: MODEL, positive: $prompt, negative: $prompt, latent_image: $canvas, seed: 5,
          steps: 2, cfg: 2, sampler_name: euler, scheduler: simple }
  image: { type: VAEDecode, samples: $base, vae: VAE }
  save: { type: SaveLatent, samples: $base }
  shown: { type: SaveImage, images: $image }
)";

class ModelsInFolders : public ::testing::Test {
 protected:
  void write(const std::string& part, const std::string& network, int shards = 1) {
    const bool text = part.find("text_encoder") != std::string::npos;
    test::write_network_folder(folder_ / part, text ? "model" : kNetwork,
                               test::in_diffusers_layout(network), shards);
  }
  std::string in(const std::string& part) const { return (folder_ / part).string(); }

  // The latent of nodes that end in a model, a text encoder and an autoencoder.
  struct Made {
    std::vector<std::byte> latent;
    std::vector<std::string> warnings;
  };
  Made made(const std::string& loaders, const std::string& model, const std::string& clip,
            const std::string& vae, const std::string& canvas) {
    std::string text = "nodes:\n" + loaders + kRest;
    for (const auto& [word, value] :
         {std::pair("CLIP,", clip + ","), std::pair("MODEL,", model + ","),
          std::pair("VAE }", vae + " }"), std::pair("CANVAS,", canvas + ",")}) {
      text.replace(text.find(word), std::string(word).size(), value);
    }
    const test::TemporaryFolder out;
    const Outcome outcome = run_pipeline_text(text, out.path());
    Made result{.latent = {}, .warnings = outcome.warnings};
    for (const std::filesystem::path& file : outcome.files) {
      if (file.extension() == ".latent") {
        result.latent = TensorFile::open(file)->read("latent_tensor");
      }
    }
    return result;
  }
  Made of_loader(const std::string& loader, const std::string& canvas) {
    return made("  all: " + loader, "$all.model", "$all.clip", "$all.vae", canvas);
  }
  Made of_parts(const std::string& unet, const std::string& clip, const std::string& vae,
                const std::string& canvas) {
    return made("  unet: { type: UNETLoader, unet_name: " + unet + " }\n  clip: { " + clip +
                    " }\n  vae: { type: VAELoader, vae_name: " + vae + " }",
                "$unet", "$clip", "$vae", canvas);
  }
  static std::string file(const char* name) { return network_file(name).string(); }

  test::TemporaryFolder folder_;
};

TEST_F(ModelsInFolders, OfStableDiffusionGiveTheLatentOfSingleFiles) {
  write("sd1/unet", "sd1_unet", 2);
  write("sd1/vae", "vae");
  write("sd1/text_encoder", "whole_clip_l24");
  const Made single =
      of_parts(file("sd1_unet"), "type: CLIPLoader, clip_name: " + file("whole_clip_l24"), file("vae"),
               "EmptyLatentImage");
  ASSERT_FALSE(single.latent.empty());
  for (const std::string loader :
       {"{ type: DiffusersLoader, model_path: ", "{ type: CheckpointLoaderSimple, ckpt_name: "}) {
    const Made folder = of_loader(loader + in("sd1") + " }", "EmptyLatentImage");
    EXPECT_EQ(folder.latent, single.latent) << loader;
    EXPECT_EQ(folder.warnings, std::vector<std::string>()) << loader;
  }
  const Made parts = of_parts(in("sd1/unet/"), "type: CLIPLoader, clip_name: " + in("sd1/text_encoder"),
                              in("sd1/vae"), "EmptyLatentImage");
  EXPECT_EQ(parts.latent, single.latent);
  EXPECT_EQ(parts.warnings, std::vector<std::string>());
}

TEST_F(ModelsInFolders, SayByTheirSchedulerWhatAUnetPredicts) {
  write("sd1/unet", "sd1_unet");
  write("sd1/vae", "vae");
  write("sd1/text_encoder", "whole_clip_l24");
  const auto latent = [&](const char* type) {
    std::filesystem::create_directories(folder_ / "sd1/scheduler");
    test::write_text(folder_ / "sd1/scheduler/scheduler_config.json",
                     std::string(R"({"prediction_type": ")") + type + "\"}");
    return of_loader("{ type: DiffusersLoader, model_path: " + in("sd1") + " }", "EmptyLatentImage")
        .latent;
  };
  EXPECT_NE(latent("epsilon"), latent("v_prediction"));
  const std::string text = test::error_text([&] { latent("noises"); });
  EXPECT_NE(
      text.find("scheduler_config.json: says that the UNet predicts \"noises\"; expected \"epsilon\", "
                "\"v_prediction\" or \"sample\""),
      std::string::npos)
      << text;
}

TEST_F(ModelsInFolders, OfSdxlGiveTheLatentOfSingleFiles) {
  test::ModelFile l, g;
  l.tensors = test::transformers_tensors("", {.width = 16});
  g.tensors = test::transformers_tensors("", {.width = 32});
  g.tensors["text_projection.weight"] = at::ones({32, 32}) / 32.0;
  write("sdxl/unet", "sdxl_unet");
  write("sdxl/vae", "vae");
  test::write_network_folder(folder_ / "sdxl/text_encoder", "model", l);
  test::write_network_folder(folder_ / "sdxl/text_encoder_2", "model", g);
  const Made single = of_parts(file("sdxl_unet"),
                               "type: DualCLIPLoader, clip_type: sdxl, clip_name1: " +
                                   in("sdxl/text_encoder/model.safetensors") +
                                   ", clip_name2: " + in("sdxl/text_encoder_2/model.safetensors"),
                               file("vae"), "EmptyLatentImage");
  ASSERT_FALSE(single.latent.empty());
  const Made folder =
      of_loader("{ type: DiffusersLoader, model_path: " + in("sdxl") + " }", "EmptyLatentImage");
  EXPECT_EQ(folder.latent, single.latent);
  EXPECT_EQ(folder.warnings, std::vector<std::string>());
}

TEST_F(ModelsInFolders, OfFluxGiveTheLatentOfSingleFiles) {
  write("flux/transformer", "flux", 3);
  write("flux/vae", "vae16");
  write("flux/text_encoder", "whole_clip_l24");
  write("flux/text_encoder_2", "whole_t5", 2);
  const Made single =
      of_parts(file("flux"),
               "type: DualCLIPLoader, clip_type: flux, clip_name1: " + file("whole_t5") +
                   ", clip_name2: " + file("whole_clip_l24"),
               file("vae16"), "EmptySD3LatentImage");
  ASSERT_FALSE(single.latent.empty());
  const Made folder = of_loader("{ type: CheckpointLoaderSimple, ckpt_name: " + in("flux") + " }",
                                "EmptySD3LatentImage");
  EXPECT_EQ(folder.latent, single.latent);
  EXPECT_EQ(folder.warnings, std::vector<std::string>());
  const Made parts =
      of_parts(in("flux/transformer/diffusion_pytorch_model-00001-of-00003.safetensors"),
               "type: DualCLIPLoader, clip_type: flux, clip_name1: " + in("flux/text_encoder") +
                   ", clip_name2: " + in("flux/text_encoder_2"),
               in("flux/vae/diffusion_pytorch_model.safetensors"), "EmptySD3LatentImage");
  EXPECT_EQ(parts.latent, single.latent);
}

TEST_F(ModelsInFolders, OfSd3GiveTheLatentOfSingleFiles) {
  write("sd35/transformer", "sd35");
  write("sd35/vae", "vae16");
  write("sd35/text_encoder", "whole_clip_l8");
  write("sd35/text_encoder_2", "whole_clip_g16");
  write("sd35/text_encoder_3", "whole_t5");
  const Made single =
      of_parts(file("sd35"),
               "type: TripleCLIPLoader, clip_name1: " + file("whole_t5") +
                   ", clip_name2: " + file("whole_clip_l8") + ", clip_name3: " + file("whole_clip_g16"),
               file("vae16"), "EmptySD3LatentImage");
  ASSERT_FALSE(single.latent.empty());
  const Made folder =
      of_loader("{ type: DiffusersLoader, model_path: " + in("sd35") + " }", "EmptySD3LatentImage");
  EXPECT_EQ(folder.latent, single.latent);
  EXPECT_EQ(folder.warnings, std::vector<std::string>());
}

TEST_F(ModelsInFolders, OfZImageGiveTheLatentOfSingleFiles) {
  write("z_image/transformer", "z_image", 2);
  write("z_image/vae", "vae16");
  write("z_image/text_encoder", "whole_qwen3", 2);
  const Made single = of_parts(file("z_image"), "type: CLIPLoader, clip_name: " + file("whole_qwen3"),
                               file("vae16"), "EmptySD3LatentImage");
  ASSERT_FALSE(single.latent.empty());
  const Made folder =
      of_loader("{ type: DiffusersLoader, model_path: " + in("z_image") + " }", "EmptySD3LatentImage");
  EXPECT_EQ(folder.latent, single.latent);
  EXPECT_EQ(folder.warnings, std::vector<std::string>());
}

// As transformers 5 writes models without what they are trained by.
TEST_F(ModelsInFolders, TakeTextEncodersWithoutTheFirstPartOfTheirNames) {
  const auto write_bare = [&](const std::string& part, const std::string& network, std::size_t first) {
    test::ModelFile bare;
    for (const auto& [name, tensor] : test::network(network).tensors) {
      bare.tensors[name.substr(first)] = tensor;
    }
    test::write_network_folder(folder_ / part, "model", bare, 2);
  };
  write_bare("clip", "whole_clip_l24", std::string("text_model.").size());
  write_bare("qwen3", "whole_qwen3", std::string("model.").size());
  const auto latent = [&](const std::string& unet, const std::string& clip, const std::string& vae) {
    return of_parts(file(unet.c_str()), "type: CLIPLoader, clip_name: " + clip, file(vae.c_str()),
                    "EmptyLatentImage")
        .latent;
  };
  EXPECT_EQ(latent("sd1_unet", in("clip"), "vae"), latent("sd1_unet", file("whole_clip_l24"), "vae"));
  EXPECT_EQ(latent("z_image", in("qwen3"), "vae16"), latent("z_image", file("whole_qwen3"), "vae16"));
}

TEST_F(ModelsInFolders, OfQwenImageGiveTheLatentOfSingleFiles) {
  write("qwen/transformer", "qwen_image", 2);
  write("qwen/vae", "wan_vae");
  write("qwen/text_encoder", "whole_qwen25");
  const Made single =
      of_parts(file("qwen_image"), "type: CLIPLoader, clip_name: " + file("whole_qwen25"),
               file("wan_vae"), "EmptySD3LatentImage");
  ASSERT_FALSE(single.latent.empty());
  const Made folder =
      of_loader("{ type: DiffusersLoader, model_path: " + in("qwen") + " }", "EmptySD3LatentImage");
  EXPECT_EQ(folder.latent, single.latent);
  EXPECT_EQ(folder.warnings, std::vector<std::string>());
}

// Its vocabulary is in the folder of the tokenizer.
TEST_F(ModelsInFolders, OfFlux2DevGiveTheLatentOfSingleFiles) {
  write("flux2/transformer", "flux2_dev", 2);
  write("flux2/vae", "flux2_vae");
  test::ModelFile mistral = test::network("whole_mistral");
  mistral.without("tekken_model");
  test::ModelFile renamed;
  for (const auto& [name, tensor] : mistral.tensors) renamed.tensors["language_model." + name] = tensor;
  renamed.tensors["multi_modal_projector.patch_merger.merging_layer.weight"] = at::ones({4, 8});
  renamed.tensors["language_model.lm_head.weight"] = mistral.tensors.at("model.embed_tokens.weight");
  test::write_network_folder(folder_ / "flux2/text_encoder", "model", renamed, 2);
  std::filesystem::create_directories(folder_ / "flux2/tokenizer");
  test::write_text(folder_ / "flux2/tokenizer/tokenizer.json",
                   test::read_text(TEST_DATA "/text/tokenizer.json"));
  const Made single =
      of_parts(file("flux2_dev"), "type: CLIPLoader, clip_name: " + file("whole_mistral"),
               file("flux2_vae"), "EmptyFlux2LatentImage");
  ASSERT_FALSE(single.latent.empty());
  const Made folder =
      of_loader("{ type: DiffusersLoader, model_path: " + in("flux2") + " }", "EmptyFlux2LatentImage");
  EXPECT_EQ(folder.latent, single.latent);
  EXPECT_EQ(folder.warnings, std::vector<std::string>());
}

TEST_F(ModelsInFolders, WithoutWhatIsAskedForSayWhatTheyHold) {
  write("sd1/unet", "sd1_unet");
  write("sd1/vae", "vae");
  const std::string text = test::error_text([&] {
    of_loader("{ type: DiffusersLoader, model_path: " + in("sd1") + " }", "EmptyLatentImage");
  });
  EXPECT_NE(text.find("no text encoder in this file"), std::string::npos) << text;
  EXPECT_NE(text.find("it holds a diffusion network and an autoencoder"), std::string::npos) << text;
}

}  // namespace
}  // namespace ksampler
