// LoRAs after which a network is shown more: Flux.1's Depth and Canny, in Black Forest Labs' names. The
// same as a file into which they are merged.
#include "host/model/denoise/denoiser.hpp"
#include "tests/model/lora/lora_fixture.hpp"

#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

namespace ksampler {
namespace {

using test::denoiser_of;
using test::ModelFile;

const std::string kFluxRoot = "model.diffusion_model.";
const std::string kPictureIn = kFluxRoot + "img_in.weight";
const std::string kNorm = "single_blocks.0.norm.query_norm.scale";

class WideningLora : public test::LoraOnAUnet {
 protected:
  // To `columns` numbers a token; 64 are the latent's.
  ModelFile widening(std::int64_t columns) const {
    ModelFile lora;
    lora.tensors = {{"img_in.lora_A.weight", at::randn({2, columns})},
                    {"img_in.lora_B.weight", at::randn({64, 2})},
                    {"img_in.lora_B.bias", at::randn({64})},
                    {kNorm, at::randn({32})}};
    return lora;
  }
  // The network with that written into it.
  ModelFile merged(const ModelFile& lora, double strength) const {
    ModelFile file = test::network("flux");
    at::Tensor& in = file.tensors.at(kPictureIn);
    const at::Tensor& down = lora.tensors.at("img_in.lora_A.weight");
    in = at::cat({in.to(at::kFloat), at::zeros({in.size(0), down.size(1) - in.size(1)})}, 1);
    in.add_(lora.tensors.at("img_in.lora_B.weight").matmul(down), strength);
    at::Tensor& bias = file.tensors.at(kFluxRoot + "img_in.bias");
    bias = bias.to(at::kFloat).add(lora.tensors.at("img_in.lora_B.bias"), strength);
    file.tensors.at(kFluxRoot + kNorm) = lora.tensors.at(kNorm);
    return file;
  }
  Model with(const Model& model, const ModelFile& lora, double strength) {
    LoraUse use;
    Model changed = with_lora(model, written(lora), strength, use);
    EXPECT_EQ(use.left_out, std::vector<std::string>());
    return changed;
  }
  static at::Tensor predicted(const Model& model) {
    Conditioning conditioning;
    conditioning.embedding = test::case_tensor("flux", "reference.context");
    conditioning.pooled = test::case_tensor("flux", "reference.pooled");
    conditioning.concat_latent = at::full({1, 16, 4, 6}, 0.25);
    const at::Tensor x = test::case_tensor("flux", "reference.x");
    const auto denoiser = denoiser_of(model);
    conditioning.concat = denoiser->concat(conditioning, x, {});
    at::Tensor denoised = at::empty_like(x);
    const DenoiseRequest request{&x, &conditioning, &denoised};
    denoiser->denoise({&request, 1}, 0.75);
    return denoised;
  }
};

TEST_F(WideningLora, ShowsTheNetworkAPictureAsAFileThatItIsMergedInto) {
  const ModelFile lora = widening(128);
  const test::TemporaryFolder folder;
  merged(lora, 0.5).write(folder / "merged.safetensors");
  const Model whole =
      find_model(open_model_file(folder / "merged.safetensors"), at::kCPU, at::kFloat).value;
  const Model base = this->base("flux");
  const Model changed = with(base, lora, 0.5);
  EXPECT_TRUE(at::equal(predicted(changed), predicted(whole)));
  EXPECT_FALSE(denoiser_of(base)->concat({}, test::case_tensor("flux", "reference.x"), {}).defined());
}

TEST_F(WideningLora, StandsBesideAnotherOneOfTheSameLayer) {
  const ModelFile depth = widening(128);
  ModelFile usual;
  usual.tensors = {{"img_in.lora_A.weight", at::randn({2, 64})},
                   {"img_in.lora_B.weight", at::randn({64, 2})}};
  const Model base = this->base("flux");
  const at::Tensor one = predicted(with(with(base, depth, 1.0), usual, 0.5));
  EXPECT_FALSE(at::equal(one, predicted(with(base, depth, 1.0))));
  // The sum of two changes is that of the other two, up to rounding.
  EXPECT_LT(test::relative_difference(one, predicted(with(with(base, usual, 0.5), depth, 1.0))),
            test::kFloat32);
}

TEST_F(WideningLora, ToWhatNobodyKnowsIsRefused) {
  const Model changed = with(base("flux"), widening(92), 1.0);
  EXPECT_EQ(test::error_text([&] { denoiser_of(changed); }),
            test::network_file("flux").string() +
                ": the network takes 23 channels and gives 16, and latents of Flux.1 have 16: what it "
                "is to be shown beside the latent is not known");
}

TEST_F(WideningLora, OfAnotherLayerIsLeftOut) {
  ModelFile lora;
  lora.tensors = {{"txt_in.lora_A.weight", at::randn({2, 128})},
                  {"txt_in.lora_B.weight", at::randn({64, 2})}};
  LoraUse use;
  with_lora(base("flux"), written(lora), 1.0, use);
  ASSERT_EQ(use.left_out.size(), 1U);
  EXPECT_NE(use.left_out[0].find("tensor 'txt_in.lora_A.weight' has shape [2, 128]"), std::string::npos)
      << use.left_out[0];
}

// As some trainers say which size they filled the weight up to.
TEST_F(WideningLora, MaySayTheSize) {
  ModelFile lora = widening(128);
  lora.tensors["img_in.reshape_weight"] = at::tensor({64.0, 128.0});
  with(base("flux"), lora, 1.0);
}

}  // namespace
}  // namespace ksampler
