// LoRAs on the UNets of every architecture: the same as diffusers' prediction with them merged, in all
// the names that trainers give them.
#include "host/model/lora/lora.hpp"

#include "host/base/error.hpp"
#include "host/model/load/load_model.hpp"
#include "tests/model/model_file.hpp"
#include "tests/model/network_case.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

namespace ksampler {
namespace {

using test::case_tensor;
using test::error_text;
using test::ModelFile;
using test::relative_difference;

// As for the network itself: float32 sums in another order.
constexpr double kFloat32 = 1e-4;

// The LoRA of a case: made matrices, and the alphas as the file has them.
ModelFile lora_of(const std::string& name) {
  ModelFile lora = test::network(name);
  const auto file = SafetensorsFile::open(std::string(TEST_DATA "/networks/") + name + ".safetensors");
  for (const auto& [key, view] : file->tensors()) {
    if (key.starts_with("alpha:")) lora.tensors[key.substr(6)] = case_tensor(name, key);
  }
  return lora;
}

struct Case {
  const char* lora;
  const char* network;
};

class LoraOnAUnet : public ::testing::TestWithParam<Case> {
 protected:
  std::shared_ptr<const Denoiser> base(const std::string& name, at::ScalarType type = at::kFloat) {
    return load_unet(open_model_file(test::network_file(name)), at::kCPU, type).network;
  }
  Lora written(const ModelFile& model) {
    model.write(path_);
    return open_lora(path_);
  }
  // Of the case "odd", at timestep 999.
  static at::Tensor denoised(const Denoiser& model, const std::string& network) {
    Conditioning conditioning;
    conditioning.embedding = case_tensor(network, "odd.context");
    if (test::has_case_tensor(network, "odd.pooled")) {
      conditioning.pooled = case_tensor(network, "odd.pooled");
      conditioning.size = SizeConditioning{
          .width = 96, .height = 64, .crop_w = 8, .crop_h = 0, .target_width = 96, .target_height = 64};
    }
    const double sigma = model.sampling().sigma(999);
    const at::Tensor x = case_tensor(network, "odd.x") * std::sqrt(sigma * sigma + 1.0);
    at::Tensor result = at::empty_like(x);
    const DenoiseRequest request{&x, &conditioning, &result};
    model.denoise({&request, 1}, sigma);
    return result;
  }
  static at::Tensor expected(const Denoiser& model, const std::string& network, const at::Tensor& out) {
    const double sigma = model.sampling().sigma(999);
    const double root = std::sqrt(sigma * sigma + 1.0);
    const at::Tensor x = case_tensor(network, "odd.x") * root;
    if (model.sampling().prediction() == KS_PREDICTION_V)
      return x / (root * root) - out * (sigma / root);
    return x - sigma * out;
  }

  c10::InferenceMode inference_;
  test::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "lora.safetensors";
};

TEST_P(LoraOnAUnet, PredictsWhatDiffusersDoesWithItMerged) {
  const auto [name, network] = GetParam();
  const Lora lora = written(lora_of(name));
  const double strength = case_tensor(name, "strength").item<double>();
  const auto model = base(network);
  std::set<std::string> used;
  const auto changed = model->with_lora(lora, strength, used);
  EXPECT_EQ(used.size(), lora.layers.size());
  EXPECT_TRUE(lora.others.empty());
  EXPECT_LT(relative_difference(denoised(*changed, network),
                                expected(*model, network, case_tensor(name, "out"))),
            kFloat32);
  // The network that it was added to is as it was.
  EXPECT_LT(relative_difference(denoised(*model, network),
                                expected(*model, network, case_tensor(network, "odd.out"))),
            kFloat32);
}

INSTANTIATE_TEST_SUITE_P(Names, LoraOnAUnet,
                         ::testing::Values(Case{"sd1_lora_kohya", "sd1_unet"},
                                           Case{"sd1_lora_mid", "sd1_unet"},
                                           Case{"sd2_lora_processor", "sd2_unet"},
                                           Case{"sdxl_lora_peft", "sdxl_unet"},
                                           Case{"sdxl_lora_kohya", "sdxl_unet"}),
                         [](const auto& test) { return std::string(test.param.lora); });

class OneLora : public LoraOnAUnet {};

TEST_F(OneLora, AddedAndTakenAwayAgainLeavesTheModelAsItWas) {
  const Lora lora = written(lora_of("sd1_lora_kohya"));
  std::set<std::string> used;
  const auto model = base("sd1_unet");
  const auto there = model->with_lora(lora, 0.7, used);
  const auto back = there->with_lora(lora, -0.7, used);
  // What was added is taken away from the sum, in float32.
  EXPECT_LT(relative_difference(denoised(*back, "sd1_unet"), denoised(*model, "sd1_unet")), kFloat32);
  EXPECT_GT(relative_difference(denoised(*there, "sd1_unet"), denoised(*model, "sd1_unet")), 0.1);
}

TEST_F(OneLora, StaysWhenTheParameterizationChanges) {
  const Lora lora = written(lora_of("sd1_lora_kohya"));
  std::set<std::string> used;
  const auto model = base("sd1_unet");
  const auto first = model->with_lora(lora, 0.7, used)->with_sampling(ModelSampling::named("v"));
  const auto second = model->with_sampling(ModelSampling::named("v"))->with_lora(lora, 0.7, used);
  EXPECT_EQ(first->sampling().prediction(), static_cast<std::uint32_t>(KS_PREDICTION_V));
  EXPECT_EQ(second->sampling().prediction(), static_cast<std::uint32_t>(KS_PREDICTION_V));
  EXPECT_TRUE(denoised(*first, "sd1_unet").equal(denoised(*second, "sd1_unet")));
}

// W + delta is rounded to bfloat16 once: 8 bits, so as near as the network itself in that type.
TEST_F(OneLora, IsAddedInFloat32WhateverTheNetworkComputesWith) {
  const Lora lora = written(lora_of("sd1_lora_kohya"));
  std::set<std::string> used;
  const auto changed = base("sd1_unet", at::kBFloat16)->with_lora(lora, 0.7, used);
  const at::Tensor wanted = expected(*changed, "sd1_unet", case_tensor("sd1_lora_kohya", "out"));
  EXPECT_LT(relative_difference(denoised(*changed, "sd1_unet"), wanted), 0.1);
}

TEST_F(OneLora, SharesWhatItDoesNotChangeWithTheModel) {
  const Weights weights = test::network_weights("sd1_unet", at::kHalf);
  const std::string prefix = "model.diffusion_model.";
  const std::string touched = prefix + "time_embed.0.weight";
  const std::string other = prefix + "time_embed.2.weight";
  const at::Tensor before = weights.get(touched, {kAnySize, kAnySize});
  const at::Tensor left = weights.get(other, {kAnySize, kAnySize});
  LowRank patch{.up = at::full({before.size(0), 1}, 0.5),
                .down = at::full({1, before.size(1)}, 0.25),
                .mid = {},
                .scale = 2.0,
                .first_row = 0,
                .rows = before.size(0)};
  const Weights changed = weights.patched_by({{touched, {patch}}});
  EXPECT_EQ(changed.get(other, {kAnySize, kAnySize}).const_data_ptr(), left.const_data_ptr());
  const at::Tensor after = changed.get(touched, {kAnySize, kAnySize});
  EXPECT_TRUE(after.equal((before.to(at::kFloat) + 0.25).to(at::kHalf)));
  EXPECT_TRUE(weights.get(touched, {kAnySize, kAnySize}).equal(before));
}

TEST_F(OneLora, IsNotForAModelWithoutWeights) {
  class NoNetwork : public Denoiser {
   public:
    const ModelSampling& sampling() const override { return sampling_; }
    std::int64_t latent_channels() const override { return 4; }
    at::Device device() const override { return at::kCPU; }
    void check_shape(at::IntArrayRef) const override {}
    const std::vector<std::string>& classes() const override { return classes_; }
    void denoise(std::span<const DenoiseRequest>, double) const override {}

   private:
    ModelSampling sampling_ = ModelSampling::named("eps");
    std::vector<std::string> classes_;
  };
  const Lora lora = written(lora_of("sd1_lora_kohya"));
  std::set<std::string> used;
  EXPECT_EQ(error_text([&] { NoNetwork().with_lora(lora, 1.0, used); }),
            "this model has no weights that a LoRA could be added to; expected one of a checkpoint");
}

TEST_F(OneLora, IsTheSameInTheNamesOfLycorisAndOfAnAdapter) {
  const std::string layer = "down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q";
  const std::string dotted = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q";
  const auto of_names = [&](const std::string& up, const std::string& down) {
    ModelFile model;
    model.tensors[up] = at::full({32, 2}, 0.5);
    model.tensors[down] = at::full({2, 32}, 0.25);
    std::set<std::string> used;
    const auto changed = base("sd1_unet")->with_lora(written(model), 0.7, used);
    EXPECT_EQ(used.size(), 1u) << up;
    return denoised(*changed, "sd1_unet");
  };
  const at::Tensor kohya =
      of_names("lora_unet_" + layer + ".lora_up.weight", "lora_unet_" + layer + ".lora_down.weight");
  EXPECT_FALSE(kohya.equal(denoised(*base("sd1_unet"), "sd1_unet")));
  EXPECT_TRUE(kohya.equal(
      of_names("lycoris_" + layer + ".lora_up.weight", "lycoris_" + layer + ".lora_down.weight")));
  EXPECT_TRUE(
      kohya.equal(of_names(dotted + ".lora_B.default_0.weight", dotted + ".lora_A.default_0.weight")));
}

// A file in 8 bits changes the weights by what its numbers are: 0.5 and 0.25 are among F8_E4M3's.
TEST_F(OneLora, MayBeOfEightBits) {
  const std::string layer = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q";
  const auto in_type = [&](at::ScalarType type) {
    ModelFile model;
    model.tensors[layer + ".lora_up.weight"] = at::full({32, 2}, 0.5).to(type);
    model.tensors[layer + ".lora_down.weight"] = at::full({2, 32}, 0.25).to(type);
    model.tensors[layer + ".alpha"] = at::full({}, 1.0).to(type);
    std::set<std::string> used;
    return denoised(*base("sd1_unet")->with_lora(written(model), 0.7, used), "sd1_unet");
  };
  EXPECT_TRUE(in_type(at::kFloat8_e4m3fn).equal(in_type(at::kFloat)));
  EXPECT_TRUE(in_type(at::kFloat8_e5m2).equal(in_type(at::kFloat)));
}

// ---------------------------------------------------------------- an alpha in the metadata alone

class AlphaInTheMetadata : public OneLora {
 protected:
  // In the names that `prefix` begins, with this metadata, or with alphas as tensors: of to_q, of to_k.
  at::Tensor of(const std::string& prefix, const std::string& metadata,
                const std::vector<double>& alphas = {}) {
    ModelFile model;
    const std::string attention = prefix + "down_blocks.0.attentions.0.transformer_blocks.0.attn1.";
    for (std::size_t i = 0; i < 2; ++i) {
      const std::string layer = attention + (i == 0 ? "to_q" : "to_k");
      model.tensors[layer + ".lora_B.weight"] = at::full({32, 4}, 0.25);
      model.tensors[layer + ".lora_A.weight"] = at::full({4, 32}, 0.125);
      model.tensors[layer + ".lora_A.weight"][0] = 0.5;
      if (!alphas.empty()) model.tensors[layer + ".alpha"] = at::full({}, alphas[i]);
    }
    if (!metadata.empty()) model.metadata["lora_adapter_metadata"] = metadata;
    std::set<std::string> used;
    return denoised(*base("sd1_unet")->with_lora(written(model), 0.7, used), "sd1_unet");
  }
};

TEST_F(AlphaInTheMetadata, IsReadAsPeftReadsIt) {
  const at::Tensor sixteen = of("unet.", "", {16.0, 16.0});
  EXPECT_FALSE(sixteen.equal(of("unet.", "")));
  const std::string plain = R"({"unet.r": 4, "unet.lora_alpha": 16, "unet.alpha_pattern": {}})";
  EXPECT_TRUE(sixteen.equal(of("unet.", plain)));
  EXPECT_TRUE(sixteen.equal(of("unet.base_model.model.", plain)));
  EXPECT_TRUE(sixteen.equal(of("", R"({"r": 4, "lora_alpha": 16.0, "alpha_pattern": null})")));
  // 32 / sqrt(4) is 64 / 4.
  EXPECT_TRUE(of("unet.", "", {64.0, 64.0})
                  .equal(of("unet.", R"({"unet.lora_alpha": 32, "unet.use_rslora": true})")));
  // peft's own default.
  EXPECT_TRUE(of("unet.", "", {8.0, 8.0}).equal(of("unet.", R"({"unet.r": 4})")));
}

TEST_F(AlphaInTheMetadata, MayBeAnotherForSomeLayers) {
  const at::Tensor wanted = of("unet.", "", {2.0, 16.0});
  for (const std::string pattern :
       {"to_q", "attn1.to_q", "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q",
        R"(down_blocks\\.\\d+\\..*to_q)", R"(^down_blocks.*to_q)"}) {
    EXPECT_TRUE(
        wanted.equal(of("unet.", R"({"unet.lora_alpha": 16, "unet.alpha_pattern": {"xto_q": 5, ")" +
                                     pattern + R"(": 2, "attn1.*": 16}})")))
        << pattern;
  }
}

TEST_F(AlphaInTheMetadata, IsOfTheNetworkThatItIsFor) {
  EXPECT_TRUE(of("unet.", "").equal(of("unet.", R"({"text_encoder.lora_alpha": 16})")));
  EXPECT_TRUE(
      of("unet.", "", {16.0, 16.0}).equal(of("unet.", R"({"lora_alpha": 3, "unet.lora_alpha": 16})")));
}

TEST_F(AlphaInTheMetadata, YieldsToTensors) {
  EXPECT_TRUE(of("unet.", "", {2.0, 2.0}).equal(of("unet.", R"({"unet.lora_alpha": 16})", {2.0, 2.0})));
}

TEST_F(AlphaInTheMetadata, IsAnErrorWhereItCannotBeRead) {
  const std::map<std::string, std::string> messages = {
      {"[4]", "is no JSON object"},
      {"{", "is no JSON object"},
      {R"({"unet.lora_alpha": "16"})", "has a 'unet.lora_alpha' that is no finite number"},
      {R"({"unet.alpha_pattern": 3})", "has a 'unet.alpha_pattern' that is no JSON object"},
      {R"({"unet.alpha_pattern": {"to_q": [1]}})",
       "has a 'unet.alpha_pattern.to_q' that is no finite number"},
      {R"({"unet.alpha_pattern": {"(to_q": 1}})",
       "has a 'unet.alpha_pattern' with '(to_q'; expected a layer's name, or a regular expression"},
  };
  for (const auto& [metadata, message] : messages) {
    EXPECT_EQ(error_text([&] { of("unet.", metadata); }),
              path_.string() + ": the metadata's 'lora_adapter_metadata' " + message);
  }
}

// ---------------------------------------------------------------- what is refused

class BadLora : public OneLora {
 protected:
  // The message, without the file's name in front.
  std::string of(const ModelFile& model) {
    std::string text = error_text([&] {
      std::set<std::string> used;
      base("sd1_unet")->with_lora(written(model), 1.0, used);
    });
    const std::string name = path_.string() + ": ";
    return text.starts_with(name) ? text.substr(name.size()) : text;
  }
  static ModelFile of_tensors(std::map<std::string, at::Tensor> tensors) {
    ModelFile model;
    model.tensors = std::move(tensors);
    return model;
  }
  // A layer of the small network: 32 wide.
  const std::string key_ = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q";
  ModelFile good() const {
    return of_tensors({{key_ + ".lora_up.weight", at::full({32, 2}, 0.5)},
                       {key_ + ".lora_down.weight", at::full({2, 32}, 0.5)}});
  }
};

TEST_F(BadLora, AGoodOneIsTaken) { EXPECT_EQ(of(good()), "no error"); }

TEST_F(BadLora, OtherKindsAreNamedWithATensorThatShowsThem) {
  const std::map<std::string, std::string> kinds = {
      {key_ + ".hada_w1_a", "a LoHa (products of matrices, element by element)"},
      {key_ + ".lokr_w1", "a LoKr (Kronecker products)"},
      {key_ + ".dora_scale", "a DoRA (weights decomposed into direction and magnitude)"},
      {key_ + ".oft_blocks", "an OFT (rotations of weights)"},
      {key_ + ".diff", "a set of differences of whole weights"},
      {"unet.x.to_q.lora_magnitude_vector", "a DoRA (weights decomposed into direction and magnitude)"},
  };
  for (const auto& [tensor, kind] : kinds) {
    ModelFile model = good();
    model.tensors[tensor] = at::zeros({2, 2});
    EXPECT_EQ(of(model), "is " + kind + ", which is not supported (it has a tensor '" + tensor +
                             "'); expected a LoRA, two matrices a layer");
  }
}

TEST_F(BadLora, ACheckpointIsNone) {
  EXPECT_EQ(of(ModelFile().add("sd1_unet")),
            "is no LoRA: no tensor's name ends in '.lora_up.weight', '.lora_B.weight' or the like; its "
            "first tensor is 'model.diffusion_model.input_blocks.0.0.bias'");
}

TEST_F(BadLora, TwoAdaptersInOneFileAreNamed) {
  ModelFile model;
  for (const std::string adapter : {"default_0", "default_1"}) {
    model.tensors["unet.x.lora_A." + adapter + ".weight"] = at::full({2, 32}, 0.5);
    model.tensors["unet.x.lora_B." + adapter + ".weight"] = at::full({32, 2}, 0.5);
  }
  EXPECT_EQ(of(model),
            "holds two LoRAs: tensors 'unet.x.lora_A.default_0.weight' and "
            "'unet.x.lora_A.default_1.weight' are of the same layer; expected one");
}

TEST_F(BadLora, AMatrixAloneIsNamed) {
  EXPECT_EQ(
      of(good().without(key_ + ".lora_down.weight")),
      "tensor '" + key_ + ".lora_up.weight' stands alone: the down matrix of the layer is missing");
  EXPECT_EQ(
      of(good().without(key_ + ".lora_up.weight")),
      "tensor '" + key_ + ".lora_down.weight' stands alone: the up matrix of the layer is missing");
}

TEST_F(BadLora, AMisshapenMatrixIsNamedWithWhatTheModelNeeds) {
  const std::string weight =
      "'model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn1.to_q.weight' of the model "
      "needs ";
  ModelFile model = good();
  model.tensors[key_ + ".lora_up.weight"] = at::zeros({64, 2});
  EXPECT_EQ(of(model), "tensor '" + key_ + ".lora_up.weight' has shape [64, 2]; " + weight +
                           "[32, 2] beside its down");
  model = good();
  model.tensors[key_ + ".lora_down.weight"] = at::zeros({2, 48});
  EXPECT_EQ(of(model), "tensor '" + key_ + ".lora_down.weight' has shape [2, 48]; " + weight +
                           "32 numbers a row, and this gives 48");
  model = good();
  model.tensors[key_ + ".lora_down.weight"] = at::zeros({64});
  EXPECT_EQ(of(model), "tensor '" + key_ +
                           ".lora_down.weight' has shape [64]; expected a matrix or the kernel of a "
                           "convolution");
}

TEST_F(BadLora, ValuesThatAreNoFiniteNumbersAreNamed) {
  ModelFile model = good();
  model.tensors[key_ + ".lora_up.weight"][3][1] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(of(model),
            "tensor '" + key_ + ".lora_up.weight' holds NaN or infinity: the file is damaged");
  model = good();
  model.tensors[key_ + ".alpha"] = at::zeros({2});
  EXPECT_EQ(of(model), "tensor '" + key_ + ".alpha' has shape [2]; an alpha is one finite number");
  model = good();
  model.tensors[key_ + ".lora_up.weight"] = at::zeros({32, 2}, at::kLong);
  EXPECT_EQ(of(model),
            "tensor '" + key_ + ".lora_up.weight' is of type I64; a LoRA's are F8, F16, BF16 or F32");
}

TEST_F(BadLora, ASumThatIsTooLargeForTheTypeSaysWhatToDo) {
  std::set<std::string> used;
  const Lora lora = written(good());
  const auto model = base("sd1_unet", at::kHalf);
  const std::string text = error_text([&] { model->with_lora(lora, 1e6, used); });
  EXPECT_NE(text.find("attn1.to_q.weight' holds NaN or infinity with the LoRA added to it, as Half: a "
                      "lower strength, or a wider type, is needed"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace ksampler
