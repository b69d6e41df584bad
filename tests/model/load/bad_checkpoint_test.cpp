// What is said of files that are no models, or not quite.
#include "host/base/error.hpp"
#include "host/model/load/load_model.hpp"
#include "host/model/load/surplus.hpp"
#include "tests/files/safetensors_text.hpp"
#include "tests/model/model_file.hpp"
#include "tests/model/network_case.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <limits>

namespace ksampler {
namespace {

using namespace std::string_literals;
using test::ModelFile;

constexpr char kUnet[] = "model.diffusion_model.";

class BadCheckpoint : public ::testing::Test {
 protected:
  // The message about the file's UNet, without the file's name in front.
  std::string of_unet() {
    return without_name(test::error_text(
        [&] { test::denoiser_of(find_model(open_model_file(path_), at::kCPU, at::kFloat).value); }));
  }
  std::string of_unet(const ModelFile& model) {
    model.write(path_);
    return of_unet();
  }
  std::string of_autoencoder(const ModelFile& model) {
    model.write(path_);
    return without_name(test::error_text([&] {
      NetworkCache cache;
      find_autoencoder(open_model_file(path_), at::kCPU).value.hold(cache);
    }));
  }
  std::string of_bytes(const std::string& bytes) {
    test::write_text(path_, bytes);
    return of_unet();
  }
  std::string without_name(const std::string& text) const {
    const std::string name = path_.string() + ": ";
    return text.starts_with(name) ? text.substr(name.size()) : text;
  }

  test::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "model.safetensors";
};

const std::string kPickleReason =
    "is a pickle that torch.save did not write: Python's reader would run any code that is in it, and "
    "this program reads none; expected safetensors, GGUF or a file of torch.save";

// What Python 3.11's pickle.dump writes of a dictionary, an OrderedDict, an object, a list and a tuple.
TEST_F(BadCheckpoint, APickleOfEveryProtocolIsRefusedAsWhatItIs) {
  const std::vector<std::string> pickles = {
      "(dp0\nVa\np1\nF1.5\ns."s,  // protocol 0
      "(dp0\n."s,
      "ccollections\nOrderedDict\np0\n(tRp1\nVa\np2\n"s,
      "ccopy_reg\n_reconstructor\np0\n(c__main__\nA"s,
      "c__main__\nA\np0\n"s,
      "(lp0\nI1\naI2\na."s,
      "(I1\nI2\ntp0\n."s,
      "}q\0X\x01\0\0\0aq\x01G?\xf8\0\0\0\0\0\0s."s,  // protocol 1
      "ccollections\nOrderedDict\nq\0)Rq\x01X\x01\0\0\0aq\x02K"s,
      "]q\0(K\x01K\x02"
      "e."s,
      "(K\x01K\x02tq\0."s,
      "\x80\x02}q\0(X\x0a\0\0\0state_dict"s,
      "\x80\x03}q\0X\x01\0\0\0aq\x01G?\xf8\0\0\0\0\0\0s."s,
      "\x80\x03"
      "ccollections\nOrderedDict\nq\0)Rq\x01"s,
      "\x80\x03}q\0(U\x05{abcd"s,  // its byte 8 is a header's
      "\x80\x04\x95\x1f\0\0\0\0\0\0\0}"s,
      "\x80\x05\x95)\0\0\0\0\0\0\0\x8c\x0b"
      "collections"s,
  };
  for (const std::string& pickle : pickles) EXPECT_EQ(of_bytes(pickle), kPickleReason) << pickle;
}

// Of torch.save before 1.6, which began with a number of its own.
TEST_F(BadCheckpoint, APickleOfTorchSaveIsReadAsFarAsItGoes) {
  EXPECT_EQ(of_bytes("\x80\x02\x8a\nl\xfc\x9c\x46\xf9 j\xa8P\x19.\x80\x02M\xe9\x03."s),
            "is cut short: its pickle ends within an instruction");
}

// A length whose first bytes are a pickle's: 0x70'64'28 is "(dp", 0x02'80 protocol 2.
TEST_F(BadCheckpoint, ASafetensorsFileWhoseLengthLooksLikeAPickleIsNone) {
  for (const std::size_t length : {0x706428UL, 0x280UL, 0x380UL, 0x717DUL}) {
    std::string header = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
    header.resize(length, ' ');
    EXPECT_EQ(of_bytes(test::safetensors_text(header, 4)),
              "holds no diffusion network (expected tensors 'model.diffusion_model....'); its first "
              "tensor is 'a'");
  }
}

TEST_F(BadCheckpoint, AZipOfTorchSaveThatWasNotFetchedWholeSaysSo) {
  EXPECT_EQ(of_bytes("PK\x03\x04\x00\x00\x08\x08\x00\x00\x00\x00archive/data.pkl"s),
            "is cut short: a zip file, such as torch.save writes, has its directory at its end, and "
            "there is none");
}

TEST_F(BadCheckpoint, OtherFilesAreRefusedAsWhatTheyAre) {
  EXPECT_EQ(of_bytes("GGUF\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"s),
            "is cut short: it ends within its header");
  EXPECT_EQ(
      of_bytes("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4265380512\n"),
      "is a Git LFS pointer, which stands for a file that was not fetched: `git lfs pull` does that");
  for (const char* page : {"\n<!DOCTYPE html><title>404</title>", "<html lang=en>Sign in</html>"}) {
    EXPECT_EQ(of_bytes(page),
              "is a web page, such as one comes in place of a download that is refused; expected "
              "safetensors, GGUF or a file of torch.save");
  }
}

TEST_F(BadCheckpoint, AnEmptyFileIsNamed) {
  EXPECT_NE(of_bytes(""), "no error");
  EXPECT_NE(of_bytes("").find("0 bytes"), std::string::npos) << of_bytes("");
}

TEST_F(BadCheckpoint, OneCutShortSaysSo) {
  ModelFile().add("sd1_unet").write(path_);
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) - 1000);
  const std::string text = of_unet();
  EXPECT_NE(text, "no error");
  EXPECT_NE(text.find("tensor"), std::string::npos) << text;
}

TEST_F(BadCheckpoint, AHeaderThatLiesAboutAShapeIsRefused) {
  const std::string text = of_bytes(test::safetensors_text(
      R"({"model.diffusion_model.out.2.weight":{"dtype":"F32","shape":[4,4],"data_offsets":[0,4]}})",
      4));
  EXPECT_NE(text.find("'model.diffusion_model.out.2.weight'"), std::string::npos) << text;
}

TEST_F(BadCheckpoint, ALoraIsToldToBeOne) {
  ModelFile lora;
  lora.tensors["lora_unet_mid_block.lora_up.weight"] = at::zeros({4, 4});
  EXPECT_EQ(of_unet(lora),
            "is a LoRA, which changes a model and is none: the LoraLoader node adds it to one (it has "
            "a tensor "
            "'lora_unet_mid_block.lora_up.weight')");
}

TEST_F(BadCheckpoint, APartOfAModelInDiffusersLayoutIsToldToBeOne) {
  ModelFile model;
  model.tensors["down_blocks.0.resnets.0.conv1.weight"] = at::zeros({4, 4, 3, 3});
  EXPECT_EQ(
      of_unet(model),
      "is in diffusers' layout, and not a whole UNet or autoencoder of it; expected one, or the "
      "single-file layout, with names such as 'model.diffusion_model.input_blocks.0.0.weight' (it has "
      "a tensor "
      "'down_blocks.0.resnets.0.conv1.weight')");
}

TEST_F(BadCheckpoint, ATransformerOfAnotherFamilyIsToldToBeOne) {
  ModelFile model;
  model.tensors["model.diffusion_model.double_blocks.0.img_attn.qkv.weight"] = at::zeros({4, 4});
  EXPECT_EQ(
      of_unet(model),
      "a transformer of a family that is not known; known are SD 1, SD 2, SDXL refiner, SDXL, "
      "SD 3, Flux.1, Flux.1 schnell, Chroma, Flux.2, Z-Image, Qwen-Image, Krea 2, Anima, Lumina 2 and "
      "Qwen-Image 2.1");
}

TEST_F(BadCheckpoint, WithoutAUnetSaysWhatItHolds) {
  EXPECT_EQ(of_unet(ModelFile().add("vae")),
            "holds no diffusion network (expected tensors 'model.diffusion_model....'); it holds an "
            "autoencoder");
}

TEST_F(BadCheckpoint, WithoutAnAutoencoderSaysWhatItHolds) {
  EXPECT_EQ(
      of_autoencoder(ModelFile().add("sd1_unet")),
      "holds no autoencoder (expected tensors 'first_stage_model....'); it holds a diffusion network");
}

TEST_F(BadCheckpoint, OfOtherTensorsNamesTheFirst) {
  ModelFile other;
  other.tensors["pictures"] = at::zeros({1});
  EXPECT_EQ(of_unet(other),
            "holds no diffusion network (expected tensors 'model.diffusion_model....'); its first "
            "tensor is 'pictures'");
}

TEST_F(BadCheckpoint, AMissingTensorIsNamedWithTheNearest) {
  EXPECT_EQ(
      of_unet(ModelFile().add("sd1_unet").without(kUnet + "input_blocks.1.0.in_layers.2.bias"s)),
      "tensor 'model.diffusion_model.input_blocks.1.0.in_layers.2.bias' is missing; the nearest name "
      "that is there is 'model.diffusion_model.input_blocks.1.0.in_layers.0.bias'");
}

TEST_F(BadCheckpoint, AMissingTransformerBlockIsNamed) {
  EXPECT_NE(of_unet(ModelFile().add("sd1_unet").without_all(kUnet + "middle_block.1."s))
                .find("tensor 'model.diffusion_model.middle_block.1.proj_in.weight' is missing"),
            std::string::npos);
}

TEST_F(BadCheckpoint, AMissingOutputBlockIsCounted) {
  EXPECT_EQ(of_unet(ModelFile().add("sd1_unet").without_all(kUnet + "output_blocks.3."s)),
            "the UNet has 4 input blocks and 3 output blocks; expected as many of each");
}

TEST_F(BadCheckpoint, AMissingUpsamplerIsNoticed) {
  EXPECT_EQ(of_unet(ModelFile().add("sd1_unet").without_all(kUnet + "output_blocks.1.1.conv."s)),
            "the UNet's output blocks do not double the resolution where its input blocks halve it");
}

TEST_F(BadCheckpoint, AMisshapenTensorIsNamedWithBothShapes) {
  ModelFile model = ModelFile().add("sd1_unet");
  model.tensors[kUnet + "time_embed.2.weight"s] = at::zeros({128, 64});
  EXPECT_EQ(
      of_unet(model),
      "tensor 'model.diffusion_model.time_embed.2.weight' has shape [128, 64]; expected [128, 128]");
}

TEST_F(BadCheckpoint, AFlatFirstConvolutionIsNoCrash) {
  ModelFile model = ModelFile().add("sd1_unet");
  model.tensors[kUnet + "input_blocks.0.0.weight"s] = at::zeros({7});
  EXPECT_EQ(of_unet(model),
            "tensor 'model.diffusion_model.input_blocks.0.0.weight' has shape [7]; "
            "expected 4 dimensions");
}

TEST_F(BadCheckpoint, WeightsThatAreNotFiniteAreNamed) {
  ModelFile model = ModelFile().add("sd1_unet");
  model.tensors[kUnet + "out.2.bias"s] = at::full({4}, std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(of_unet(model),
            "tensor 'model.diffusion_model.out.2.bias' (F32) holds NaN or infinity as "
            "Float: the file is damaged, or its values need a wider type");
}

TEST_F(BadCheckpoint, AUnetThatIsShownWhatIsNotKnownSaysHowMuch) {
  ModelFile model = ModelFile().add("sd1_unet");
  model.tensors[kUnet + "input_blocks.0.0.weight"s] = at::zeros({32, 7, 3, 3});
  EXPECT_EQ(of_unet(model),
            "the network takes 7 channels and gives 4, and latents of SD 1 have 4: what it is to be "
            "shown beside the latent is not known");
}

TEST_F(BadCheckpoint, OfUnknownArchitectureSaysWhatWasFound) {
  ModelFile model = ModelFile().add("sdxl_unet");
  model.tensors[kUnet + "label_emb.0.0.weight"s] = at::zeros({256, 100});
  EXPECT_EQ(of_unet(model),
            "a UNet of unknown architecture: context width 48, label width 100, linear "
            "projections; known are SD 1, SD 2, SDXL refiner, SDXL, SD 3, Flux.1, Flux.1 "
            "schnell, Chroma, Flux.2, Z-Image, Qwen-Image, Krea 2, Anima, Lumina 2 and Qwen-Image 2.1");
}

// Wan 2.2's own takes 2 by 2 pixels at once, with 12 channels.
TEST_F(BadCheckpoint, AnAutoencoderOfOtherPicturesIsToldToBeOne) {
  ModelFile model = test::network("qwen21_vae");
  model.tensors["encoder.conv1.weight"] = at::zeros({6, 12, 1, 3, 3});
  EXPECT_EQ(
      of_autoencoder(model),
      "tensor 'encoder.conv1.weight' has shape [6, 12, 1, 3, 3]; expected a convolution of 3 channels, "
      "or of 4 with alpha");
}

TEST_F(BadCheckpoint, AnAutoencodersLevelThatCannotGoPastItselfIsNamed) {
  ModelFile model = test::network("qwen21_vae");
  const std::string block = "encoder.downsamples.1.downsamples.0.";
  model.tensors[block + "residual.2.weight"] = at::zeros({7, 6, 1, 3, 3});
  model.tensors[block + "residual.2.bias"] = at::zeros({7});
  model.tensors[block + "residual.3.gamma"] = at::ones({7, 1, 1, 1});
  model.tensors[block + "residual.6.weight"] = at::zeros({7, 7, 1, 3, 3});
  model.tensors[block + "residual.6.bias"] = at::zeros({7});
  model.tensors[block + "shortcut.weight"] = at::zeros({7, 6, 1, 1, 1});
  model.tensors[block + "shortcut.bias"] = at::zeros({7});
  const std::string next = "encoder.downsamples.1.downsamples.1.";
  model.tensors[next + "residual.0.gamma"] = at::ones({7, 1, 1, 1});
  model.tensors[next + "residual.2.weight"] = at::zeros({7, 7, 1, 3, 3});
  model.tensors[next + "residual.2.bias"] = at::zeros({7});
  model.tensors[next + "residual.3.gamma"] = at::ones({7, 1, 1, 1});
  model.tensors[next + "residual.6.weight"] = at::zeros({7, 7, 1, 3, 3});
  model.tensors[next + "residual.6.bias"] = at::zeros({7});
  const std::string resize = "encoder.downsamples.1.downsamples.2.resample.1.";
  model.tensors[resize + "weight"] = at::zeros({7, 7, 3, 3});
  model.tensors[resize + "bias"] = at::zeros({7});
  EXPECT_EQ(
      of_autoencoder(model),
      "under 'encoder.downsamples.1.' 6 channels become 7; expected a divisor of four times as many");
}

TEST_F(BadCheckpoint, AFeedForwardOfQwenImage21ThatIsMisshapenIsNamed) {
  ModelFile model = test::network("qwen_image21");
  model.tensors["model.diffusion_model.transformer_blocks.1.img_mlp.proj.weight"] =
      at::zeros({192, 63});
  EXPECT_EQ(
      of_unet(model),
      "tensor 'model.diffusion_model.transformer_blocks.1.img_mlp.proj.weight' has shape [192, 63]; "
      "expected [192, 64]");
}

TEST_F(BadCheckpoint, HeadsThatDoNotDivideTheChannelsAreNamed) {
  ModelFile model = ModelFile().add("sd1_unet");
  model.metadata["ksampler.heads"] = "7";
  EXPECT_NE(of_unet(model).find("32 channels, which do not divide into 7 heads: set 'ksampler.heads'"),
            std::string::npos);
  model.metadata["ksampler.heads"] = "many";
  EXPECT_EQ(of_unet(model),
            "the metadata's 'ksampler.heads' is 'many'; expected a whole number from 1");
}

TEST_F(BadCheckpoint, AnUnknownPredictionIsNamedWithTheNearest) {
  ModelFile model = ModelFile().add("sd1_unet");
  model.metadata["ksampler.prediction"] = "esp";
  EXPECT_EQ(of_unet(model),
            "the metadata's 'ksampler.prediction': unknown parameterization 'esp'; did you "
            "mean 'eps'?");
}

TEST_F(BadCheckpoint, AnAutoencoderWithoutItsEncoderIsNamed) {
  EXPECT_NE(of_autoencoder(ModelFile().add("vae").without_all("first_stage_model.encoder."))
                .find("tensor 'first_stage_model.encoder.conv_in.weight' is missing"),
            std::string::npos);
}

TEST_F(BadCheckpoint, ATransformerThatIsShownWhatIsNotKnownSaysHowMuch) {
  ModelFile model = ModelFile().add("flux");
  model.tensors[kUnet + "img_in.weight"s] = at::zeros({64, 192});
  EXPECT_EQ(of_unet(model),
            "the network takes 48 channels and gives 16, and latents of Flux.1 have 16: what it is to "
            "be shown beside the latent is not known");
}

TEST_F(BadCheckpoint, TransformersOfWrongShapesAreNamed) {
  const auto refusal = [&](const char* network, const std::string& tensor, const at::Tensor& other) {
    ModelFile model = ModelFile().add(network);
    model.tensors[kUnet + tensor] = other;
    return of_unet(model);
  };
  EXPECT_EQ(
      refusal("flux", "img_in.weight", at::zeros({64, 66})),
      "tensor 'model.diffusion_model.img_in.weight' takes tokens of 66 numbers; expected a multiple of "
      "4, as a token is 2 by 2 cells");
  EXPECT_EQ(refusal("flux", "img_in.weight", at::zeros({64})),
            "tensor 'model.diffusion_model.img_in.weight' has shape [64]; expected a matrix");
  EXPECT_EQ(
      refusal("flux", "double_blocks.0.img_attn.norm.key_norm.scale", at::zeros({48})),
      "the transformer is 64 wide, its heads 48; expected heads of a multiple of 32, and a multiple "
      "of them");
  EXPECT_EQ(
      refusal("flux", "single_blocks.1.linear2.weight", at::zeros({64, 64})),
      "tensor 'model.diffusion_model.single_blocks.1.linear2.weight' has shape [64, 64]; expected "
      "[64, 320]");
  EXPECT_EQ(refusal("z_image", "x_pad_token", at::zeros({2, 96})),
            "tensor 'model.diffusion_model.x_pad_token' has shape [2, 96]; expected [1, 96]");
  EXPECT_EQ(
      refusal("z_image", "layers.1.feed_forward.w2.weight", at::zeros({96, 1})),
      "tensor 'model.diffusion_model.layers.1.feed_forward.w2.weight' has shape [96, 1]; expected "
      "[96, 256]");
  EXPECT_EQ(
      refusal("sd3", "pos_embed", at::zeros({1, 10, 64})),
      "tensor 'model.diffusion_model.pos_embed' has shape [1, 10, 64]; expected [1, a square number, "
      "64]");
  EXPECT_EQ(
      refusal("sd3", "x_embedder.proj.weight", at::zeros({64, 16, 4, 4})),
      "tensor 'model.diffusion_model.x_embedder.proj.weight' has shape [64, 16, 4, 4]; expected [any, "
      "any, 2, 2]: a token is 2 by 2 cells");
  EXPECT_EQ(refusal("qwen_image", "transformer_blocks.1.attn.norm_k.weight", at::zeros({16})),
            "tensor 'model.diffusion_model.transformer_blocks.1.attn.norm_k.weight' has shape [16]; "
            "expected [32]");
  EXPECT_EQ(
      refusal("lumina2", "layers.0.attention.qkv.weight", at::zeros({241, 144})),
      "tensor 'model.diffusion_model.layers.0.attention.qkv.weight' has 241 rows; expected 144 of "
      "q, and as many of k as of v, of whole heads of 48, which q's are a multiple of");
  EXPECT_EQ(refusal("lumina2", "final_layer.linear.weight", at::zeros({32, 144})),
            "tensor 'model.diffusion_model.final_layer.linear.weight' has shape [32, 144]; expected "
            "[64, 144]");
  EXPECT_EQ(refusal("anima", "blocks.1.mlp.layer2.weight", at::zeros({64, 64})),
            "tensor 'model.diffusion_model.blocks.1.mlp.layer2.weight' has shape [64, 64]; expected "
            "[64, 256]");
  EXPECT_EQ(refusal("anima", "llm_adapter.embed.weight", at::zeros({100, 48})),
            "tensor 'model.diffusion_model.llm_adapter.embed.weight' has shape [100, 48]; expected "
            "[32128, 48], T5's vocabulary");
  EXPECT_EQ(refusal("anima", "blocks.0.cross_attn.k_proj.weight", at::zeros({64, 40})),
            "the adapter 'model.diffusion_model.llm_adapter.' gives texts 48 wide, and the blocks take "
            "40");
}

// Its authors' file has another prefix than a checkpoint, or it has none.
TEST_F(BadCheckpoint, AnAnimaIsKnownWhateverIsBeforeItsNames) {
  const ModelFile checkpoint = test::network("anima");
  for (const char* prefix : {"net.", ""}) {
    ModelFile model;
    for (const auto& [name, tensor] : checkpoint.tensors) {
      model.tensors[prefix + name.substr(std::string_view(kUnet).size())] = tensor;
    }
    EXPECT_EQ(of_unet(model), "no error") << prefix;
    EXPECT_EQ(prefix_of(*open_model_file(path_), kNetworkPart), prefix);
    EXPECT_EQ(outside_of_parts(*open_model_file(path_)), std::vector<std::string>());
  }
}

TEST_F(BadCheckpoint, ATransformerForVideosIsToldToBeOne) {
  ModelFile model;
  model.tensors["blocks.0.cross_attn.norm_q.weight"] = at::zeros({4});
  EXPECT_EQ(of_unet(model),
            "is a transformer for videos (Wan), which is not supported (it has a tensor "
            "'blocks.0.cross_attn.norm_q.weight')");
}

// A block of a picture always goes on: without its mlp it is damaged.
TEST_F(BadCheckpoint, ABlockOfSd3WithoutItsMlpIsNamed) {
  ModelFile model = ModelFile().add("sd35").without_all(kUnet + "joint_blocks.0.x_block.mlp."s);
  EXPECT_NE(
      of_unet(model).find("tensor 'model.diffusion_model.joint_blocks.0.x_block.mlp.fc1.weight' is "
                          "missing"),
      std::string::npos);
}

TEST_F(BadCheckpoint, TransformersInTheLayoutOfDiffusersAreToldToBeSo) {
  for (const char* name :
       {"transformer_blocks.0.norm1_context.linear.weight", "layers.0.attention.to_q.weight"}) {
    ModelFile model;
    model.tensors[name] = at::zeros({4, 4});
    EXPECT_EQ(of_unet(model),
              "is a transformer in diffusers' layout, of a family that is not read in it; expected the "
              "single-file layout, as ComfyUI reads it (it has a tensor '"s +
                  name + "')");
  }
}

// GGUF leaves out a first dimension of 1.
TEST_F(BadCheckpoint, VectorsMayBeWithoutTheirRow) {
  ModelFile z_image = ModelFile().add("z_image");
  for (const char* name : {"x_pad_token", "cap_pad_token"}) {
    at::Tensor& row = z_image.tensors[kUnet + std::string(name)];
    row = row.squeeze(0).clone();
  }
  EXPECT_EQ(of_unet(z_image), "no error");
  ModelFile sd3 = ModelFile().add("sd3");
  at::Tensor& places = sd3.tensors[kUnet + "pos_embed"s];
  places = places.squeeze(0).clone();
  EXPECT_EQ(of_unet(sd3), "no error");
}

TEST_F(BadCheckpoint, AScaleForOtherRowsIsNamed) {
  ModelFile model = ModelFile().add("sd1_unet");
  model.tensors[kUnet + "out.2.scale_weight"s] = at::full({3}, 2.0);
  EXPECT_EQ(of_unet(model),
            "tensor 'model.diffusion_model.out.2.scale_weight' has shape [3]; expected one scale for "
            "'model.diffusion_model.out.2.weight', or one for each of its 4 rows");
}

TEST_F(BadCheckpoint, AConvolutionOfTwoDimensionsIsNamedWithWhatItShouldHave) {
  ModelFile model = ModelFile().add("vae");
  model.tensors["first_stage_model.decoder.conv_in.weight"] = at::zeros({3, 3});
  EXPECT_EQ(of_autoencoder(model),
            "tensor 'first_stage_model.decoder.conv_in.weight' has shape [3, 3]; expected the 4 "
            "dimensions of a convolution: [out, in, height, width]");
}

TEST_F(BadCheckpoint, SurplusTensorsAreNamed) {
  ModelFile model = ModelFile().add("sd1_unet");
  model.tensors[kUnet + "out.3.weight"s] = at::zeros({4});
  model.write(path_);
  EXPECT_EQ(find_model(open_model_file(path_), at::kCPU, at::kFloat).surplus,
            std::vector<std::string>{"model.diffusion_model.out.3.weight"});
}

TEST_F(BadCheckpoint, OneThatIsNotThereIsNamed) {
  EXPECT_NE(test::error_text([] {
              open_model_file("/nonexistent/model.safetensors");
            }).find("/nonexistent/model.safetensors"),
            std::string::npos);
}

}  // namespace
}  // namespace ksampler
