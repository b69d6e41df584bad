// The kinds of LoRA, as LyCORIS, peft and ComfyUI merge them (reference/make_lycoris.py).
#include "tests/model/lora/lora_fixture.hpp"

#include <ATen/ops/full.h>
#include <ATen/ops/kron.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>

#include <gtest/gtest.h>

namespace ksampler {
namespace {

using test::kFloat32;
using test::LoraCase;
using test::LoraOnAUnet;
using test::ModelFile;
using test::relative_difference;

class LoraKinds : public LoraOnAUnet {};

TEST_P(LoraKinds, PredictWhatTheirTrainersMergingDoes) {
  expect_prediction(GetParam().lora, GetParam().network);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, LoraKinds,
    ::testing::Values(LoraCase{"sd1_loha", "sd1_unet"}, LoraCase{"sd1_loha_tucker", "sd1_unet"},
                      LoraCase{"sd1_lokr", "sd1_unet"}, LoraCase{"sd1_lokr_both", "sd1_unet"},
                      LoraCase{"sd1_glora", "sd1_unet"}, LoraCase{"sd1_full", "sd1_unet"},
                      LoraCase{"sd1_dora", "sd1_unet"}, LoraCase{"sd1_dora_outputs", "sd1_unet"},
                      LoraCase{"sd1_dora_peft", "sd1_unet"}, LoraCase{"sd1_doha", "sd1_unet"},
                      LoraCase{"sd1_dokr", "sd1_unet"}),
    [](const auto& test) { return std::string(test.param.lora); });

// One layer, whose weight is merged here by the formula.
class OneLayer : public LoraOnAUnet {
 protected:
  at::Tensor with(const std::map<std::string, at::Tensor>& parts, double strength = 0.7) {
    ModelFile lora;
    for (const auto& [part, tensor] : parts) lora.tensors[layer_ + part] = tensor;
    LoraUse use;
    const auto changed = with_lora(base("sd1_unet"), written(lora), strength, use);
    EXPECT_EQ(use.left_out, std::vector<std::string>{});
    return denoised(changed, "sd1_unet");
  }
  // The same prediction, of a network whose file has `weight`.
  at::Tensor of_weight(const at::Tensor& weight) {
    ModelFile model = test::network("sd1_unet");
    model.tensors[tensor_] = weight;
    model.write(folder_ / "model.safetensors");
    return denoised(
        find_model(open_model_file(folder_ / "model.safetensors"), at::kCPU, at::kFloat).value,
        "sd1_unet");
  }

  const std::string layer_ = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q";
  const std::string tensor_ =
      "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn1.to_q.weight";  // 32 by 32
  const at::Tensor weight_ = test::network("sd1_unet").tensors.at(tensor_);
  const at::Tensor up_ = at::randn({32, 2});
  const at::Tensor down_ = at::randn({2, 32}) / 4.0;
};

TEST_F(OneLayer, IsReplacedWhateverTheStrength) {
  const at::Tensor other = at::randn({32, 32}) / 5.0;
  EXPECT_LT(relative_difference(with({{".set_weight", other}}), of_weight(other)), kFloat32);
}

// Of a square weight, the shape says it: [out,1] or [1,in]. W + s (W' - W) in both cases.
TEST_F(OneLayer, OfADoraHasAStrengthBetweenItAndTheModel) {
  const at::Tensor sum = weight_ + 1.5 * up_.matmul(down_);
  const at::Tensor magnitudes = at::randn({32}).abs() + 0.5;
  const auto of_scale = [&](const at::Tensor& scale, double strength) {
    return with({{".lora_up.weight", up_},
                 {".lora_down.weight", down_},
                 {".alpha", at::full({}, 3.0)},
                 {".dora_scale", scale}},
                strength);
  };
  const at::Tensor rows = at::linalg_vector_norm(weight_, 2, at::IntArrayRef{1}, true);
  const at::Tensor columns = at::linalg_vector_norm(sum, 2, at::IntArrayRef{0}, true);
  for (const double strength : {1.0, 0.5, -0.5}) {
    const at::Tensor by_row = magnitudes.view({32, 1});
    EXPECT_LT(relative_difference(of_scale(by_row, strength),
                                  of_weight(weight_ + strength * (by_row / rows * sum - weight_))),
              kFloat32);
    const at::Tensor by_column = magnitudes.view({1, 32});
    EXPECT_LT(
        relative_difference(of_scale(by_column, strength),
                            of_weight(weight_ + strength * (by_column / columns * sum - weight_))),
        kFloat32);
  }
}

TEST_F(OneLayer, OfAGloraMayBeInTheOrderOfItsFirstFiles) {
  const at::Tensor a = at::randn({32, 2}) / 4.0;
  const at::Tensor b = at::randn({2, 32}) / 4.0;
  const at::Tensor wanted =
      of_weight(weight_ + 0.7 * 0.5 * (weight_.matmul(a).matmul(b) + up_.matmul(down_)));
  const at::Tensor alpha = at::full({}, 1.0);
  EXPECT_LT(relative_difference(with({{".a1.weight", a},
                                      {".a2.weight", b},
                                      {".b1.weight", up_},
                                      {".b2.weight", down_},
                                      {".alpha", alpha}}),
                                wanted),
            kFloat32);
  EXPECT_LT(relative_difference(with({{".a2.weight", a},
                                      {".a1.weight", b},
                                      {".b2.weight", up_},
                                      {".b1.weight", down_},
                                      {".alpha", alpha}}),
                                wanted),
            kFloat32);
}

// Of two wholes there is no rank, and an alpha says nothing.
TEST_F(OneLayer, OfALokrOfWholesHasNoUseForAnAlpha) {
  const at::Tensor first = at::randn({4, 8});
  const at::Tensor second = at::randn({8, 4}) / 8.0;
  const at::Tensor wanted = of_weight(weight_ + 0.7 * at::kron(first, second));
  EXPECT_LT(
      relative_difference(
          with({{".lokr_w1", first}, {".lokr_w2", second}, {".alpha", at::full({}, 9.0)}}), wanted),
      kFloat32);
  // An adapter's name at the end, as peft has it.
  EXPECT_LT(
      relative_difference(with({{".lokr_w1.default", first}, {".lokr_w2.default", second}}), wanted),
      kFloat32);
}

TEST_F(OneLayer, IsOfTheSizeThatItWouldBePaddedTo) {
  std::map<std::string, at::Tensor> parts = {{".lora_up.weight", up_}, {".lora_down.weight", down_}};
  const at::Tensor wanted = with(parts);
  parts[".reshape_weight"] = at::full({2}, 32, at::kLong);
  EXPECT_TRUE(wanted.equal(with(parts)));
}

// Each after the other, on what the first made of the weight: as ComfyUI's list of patches.
TEST_F(OneLayer, TakesSeveralLorasInTheirOrder) {
  const at::Tensor magnitudes = (at::randn({1, 32}).abs() + 0.5);
  ModelFile low_rank;
  low_rank.tensors[layer_ + ".lora_up.weight"] = up_;
  low_rank.tensors[layer_ + ".lora_down.weight"] = down_;
  ModelFile dora = low_rank;
  dora.tensors[layer_ + ".dora_scale"] = magnitudes;
  const at::Tensor delta = up_.matmul(down_);
  const auto decomposed = [&](const at::Tensor& weight, double strength) {
    const at::Tensor sum = weight + delta;
    const at::Tensor norm = at::linalg_vector_norm(sum, 2, at::IntArrayRef{0}, true);
    return weight + strength * (magnitudes / norm * sum - weight);
  };
  const auto both = [&](const ModelFile& first, const ModelFile& second) {
    LoraUse use;
    first.write(folder_ / "first.safetensors");
    second.write(folder_ / "second.safetensors");
    const auto one = with_lora(base("sd1_unet"), open_lora(folder_ / "first.safetensors"), 0.5, use);
    return denoised(with_lora(one, open_lora(folder_ / "second.safetensors"), -0.75, use), "sd1_unet");
  };
  EXPECT_LT(relative_difference(both(low_rank, low_rank), of_weight(weight_ - 0.25 * delta)), kFloat32);
  EXPECT_LT(
      relative_difference(both(low_rank, dora), of_weight(decomposed(weight_ + 0.5 * delta, -0.75))),
      kFloat32);
  EXPECT_LT(
      relative_difference(both(dora, low_rank), of_weight(decomposed(weight_, 0.5) - 0.75 * delta)),
      kFloat32);
}

}  // namespace
}  // namespace ksampler
