// A small autoencoder against what diffusers computes with the same weights.
#include "host/model/network/autoencoder.hpp"
#include "host/model/network/tiny_decoder.hpp"

#include "host/model/load/load_model.hpp"
#include "host/model/picture/pictures.hpp"
#include "tests/model/network_case.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

#include <cmath>

namespace ksampler {
namespace {

std::shared_ptr<const Autoencoder> held(const Found<LazyAutoencoder>& found) {
  NetworkCache cache;
  return found.value.hold(cache);
}

using test::case_tensor;
using test::kFloat32;

TEST(Autoencoder, EncodesToTheMeanThatDiffusersComputes) {
  const c10::InferenceMode inference;
  const KlAutoencoder autoencoder(test::network_weights("vae").within("first_stage_model."));
  EXPECT_LT(test::relative_difference(autoencoder.encode(case_tensor("vae", "pixels")),
                                      case_tensor("vae", "mean")),
            kFloat32);
}

// Its layers by the numbers of the original's files.
TEST(TinyDecoder, DecodesToThePictureThatDiffusersComputes) {
  const c10::InferenceMode inference;
  const TinyDecoder decoder(test::network_weights("tiny_decoder"), 4);
  EXPECT_LT(test::relative_difference(decoder(case_tensor("tiny_decoder", "x")),
                                      case_tensor("tiny_decoder", "out")),
            kFloat32);
}

TEST(TinyDecoder, KnowsTheOtherNamesOfItsLayers) {
  const c10::InferenceMode inference;
  const test::TemporaryFolder folder;
  const auto decoded = [&](const std::string& prefix, int shift) {
    test::ModelFile renamed;
    for (const auto& [name, tensor] : test::network("tiny_decoder").tensors) {
      const std::size_t dot = name.find('.');
      renamed.tensors[prefix + std::to_string(std::stoi(name) - shift) + name.substr(dot)] = tensor;
    }
    renamed.write(folder / "renamed.safetensors");
    const Weights weights(TensorFile::open(folder / "renamed.safetensors"), at::kCPU, at::kFloat);
    return TinyDecoder(weights, 4)(case_tensor("tiny_decoder", "x"));
  };
  const at::Tensor plain = decoded("", 0);
  EXPECT_TRUE(plain.equal(decoded("taesd_decoder.", 0)));
  EXPECT_TRUE(plain.equal(decoded("decoder.layers.", 1)));  // diffusers'
}

TEST(TinyDecoder, IsRefusedWhereItIsNone) {
  const Weights vae = test::network_weights("vae");
  EXPECT_NE(test::error_text([&] { TinyDecoder(vae, 4); }).find("no decoder of previews (TAESD)"),
            std::string::npos);
  const Weights other = test::network_weights("tiny_decoder");
  EXPECT_NE(test::error_text([&] { TinyDecoder(other, 16); }).find("'1.weight'"), std::string::npos);
}

TEST(Autoencoder, DecodesToThePictureThatDiffusersComputes) {
  const c10::InferenceMode inference;
  const KlAutoencoder autoencoder(test::network_weights("vae").within("first_stage_model."));
  EXPECT_LT(test::relative_difference(autoencoder.decode(case_tensor("vae", "latent")),
                                      case_tensor("vae", "decoded")),
            kFloat32);
}

TEST(Autoencoder, OfSixteenChannelsComputesWhatDiffusersComputes) {
  const c10::InferenceMode inference;
  const Weights weights = test::network_weights("vae16");
  const KlAutoencoder autoencoder(weights);
  EXPECT_EQ(autoencoder.channels(), 16);
  EXPECT_LT(test::relative_difference(autoencoder.encode(case_tensor("vae16", "pixels")),
                                      case_tensor("vae16", "mean")),
            kFloat32);
  EXPECT_LT(test::relative_difference(autoencoder.decode(case_tensor("vae16", "latent")),
                                      case_tensor("vae16", "decoded")),
            kFloat32);
  EXPECT_EQ(weights.surplus(), std::vector<std::string>());
}

TEST(Autoencoder, OfWanComputesOfAPictureWhatDiffusersComputes) {
  const c10::InferenceMode inference;
  const Weights weights = test::network_weights("wan_vae");
  const auto autoencoder = load_autoencoder(weights);
  EXPECT_EQ(autoencoder->channels(), 16);
  EXPECT_EQ(autoencoder->scale(), 8);
  EXPECT_LT(test::relative_difference(autoencoder->encode(case_tensor("wan_vae", "pixels")),
                                      case_tensor("wan_vae", "mean")),
            kFloat32);
  // diffusers keeps what it decodes within -1 and 1.
  EXPECT_LT(
      test::relative_difference(autoencoder->decode(case_tensor("wan_vae", "latent")).clamp(-1.0, 1.0),
                                case_tensor("wan_vae", "decoded")),
      kFloat32);
  EXPECT_EQ(weights.surplus(), std::vector<std::string>());
}

// Levels of each kind: that keep the number of frames and that do not, that widen and that narrow.
TEST(Autoencoder, OfQwenImage21ComputesWhatDiffusersComputes) {
  const c10::InferenceMode inference;
  const Weights weights = test::network_weights("qwen21_vae");
  const auto autoencoder = load_autoencoder(weights);
  EXPECT_EQ(autoencoder->channels(), 64);
  EXPECT_EQ(autoencoder->picture_channels(), 4);
  EXPECT_EQ(autoencoder->scale(), 16);
  EXPECT_LT(test::relative_difference(autoencoder->encode(case_tensor("qwen21_vae", "pixels")),
                                      case_tensor("qwen21_vae", "mean")),
            kFloat32);
  EXPECT_LT(test::relative_difference(
                autoencoder->decode(case_tensor("qwen21_vae", "latent")).clamp(-1.0, 1.0),
                case_tensor("qwen21_vae", "decoded")),
            kFloat32);
  EXPECT_EQ(weights.surplus(), std::vector<std::string>());
}

TEST(Autoencoder, OfFlux2FoldsAndNormalisesWhatDiffusersComputes) {
  const c10::InferenceMode inference;
  test::ModelFile model = test::network("flux2_vae");
  model.tensors["bn.num_batches_tracked"] = at::full({1}, 7.0F);  // which files have, and nobody needs
  const test::TemporaryFolder folder;
  model.write(folder / "vae.safetensors");
  const Weights weights(TensorFile::open(folder / "vae.safetensors"), at::kCPU, at::kFloat);
  const auto autoencoder = load_autoencoder(weights);
  EXPECT_EQ(autoencoder->channels(), 128);
  EXPECT_EQ(autoencoder->scale(), 4);
  EXPECT_LT(test::relative_difference(autoencoder->encode(case_tensor("flux2_vae", "pixels")),
                                      case_tensor("flux2_vae", "mean")),
            kFloat32);
  EXPECT_LT(test::relative_difference(autoencoder->decode(case_tensor("flux2_vae", "latent")),
                                      case_tensor("flux2_vae", "decoded")),
            kFloat32);
  EXPECT_EQ(weights.surplus(), std::vector<std::string>());
}

TEST(Autoencoder, IsInHalfPrecisionAsNearAsItsRoundingsLetIt) {
  const c10::InferenceMode inference;
  // A residual block rounds 6 times, the attention 6 times; the decoder has 6 blocks, the encoder 4.
  constexpr int kDecoder = 6 * 6 + 6;
  constexpr int kEncoder = 4 * 6 + 6;
  for (const at::ScalarType type : {at::kHalf, at::kBFloat16}) {
    const KlAutoencoder autoencoder(test::network_weights("vae", type).within("first_stage_model."));
    const double decoded = test::relative_difference(
        autoencoder.decode(case_tensor("vae", "latent").to(type)), case_tensor("vae", "decoded"));
    const double encoded = test::relative_difference(
        autoencoder.encode(case_tensor("vae", "pixels").to(type)), case_tensor("vae", "mean"));
    EXPECT_LT(decoded, test::rounding_error(type, kDecoder)) << at::toString(type);
    EXPECT_LT(encoded, test::rounding_error(type, kEncoder)) << at::toString(type);
    // One rounding at least: it does compute in that type.
    EXPECT_GT(decoded, test::rounding_error(type, 1) / 8) << at::toString(type);
    EXPECT_GT(encoded, test::rounding_error(type, 1) / 8) << at::toString(type);
  }
}

TEST(Autoencoder, IsLoadedInTheTypeThatIsAskedFor) {
  const auto file = TensorFile::open(test::network_file("vae"));
  EXPECT_EQ(held(find_autoencoder(file, at::kCPU))->options().dtype(), at::kFloat);
  EXPECT_EQ(held(find_autoencoder(file, at::kCPU, at::kBFloat16))->options().dtype(), at::kBFloat16);
}

TEST(Autoencoder, ThatOverflowsInFloat16SaysSoAndWhatToSet) {
  const c10::InferenceMode inference;
  test::ModelFile model = test::network("vae");
  // Each weight fits in float16; their sums do not.
  for (const char* first : {"decoder", "encoder"}) {
    model.tensors.at("first_stage_model." + std::string(first) + ".conv_in.weight") *= 2e5;
  }
  const test::TemporaryFolder folder;
  model.write(folder / "vae.safetensors");
  const auto file = TensorFile::open(folder / "vae.safetensors");
  const at::Tensor latent = case_tensor("vae", "latent");
  const at::Tensor picture = case_tensor("vae", "pixels").permute({0, 2, 3, 1}) / 2 + 0.5;
  const auto half = held(find_autoencoder(file, at::kCPU, at::kHalf));
  for (const std::string& message :
       {test::error_text([&] { decode_pictures(*half, latent); }),
        test::error_text([&] { encode_pictures(*half, picture); }), test::error_text([&] {
          decode_pictures(*half, latent, PictureTiles{.size = 8, .overlap = 2});
        })}) {
    EXPECT_EQ(
        message,
        "the autoencoder overflows in float16, as SDXL's is known for: what it gives holds NaN or "
        "infinity; use '--vae-dtype bf16', or 'fp32'");
  }
  // The advice helps, and a latent that was NaN before is not blamed on the autoencoder.
  const auto wide = held(find_autoencoder(file, at::kCPU, at::kBFloat16));
  EXPECT_EQ(test::error_text([&] { decode_pictures(*wide, latent); }), "no error");
  EXPECT_EQ(test::error_text([&] { decode_pictures(*half, latent * NAN); }), "no error");
}

TEST(Autoencoder, ReadsItsScaleAndChannelsOffItsTensors) {
  const Weights weights = test::network_weights("vae").within("first_stage_model.");
  const KlAutoencoder autoencoder(weights);
  EXPECT_EQ(autoencoder.scale(), 2);
  EXPECT_EQ(autoencoder.channels(), 4);
  EXPECT_EQ(weights.surplus(), std::vector<std::string>{});
}

}  // namespace
}  // namespace ksampler
