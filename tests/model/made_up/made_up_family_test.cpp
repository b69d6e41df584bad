// That a family is one file, its network's, and a row: nothing in sampling, nodes or lora knows of this
// one.
#include "host/model/load/load_model.hpp"
#include "host/sampling/ksampler.hpp"
#include "tests/model/made_up/family.hpp"
#include "tests/model/network_case.hpp"
#include "tests/sampling/parity_case.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace ksampler {
namespace {

// Float32 sums in another order, through eight steps.
constexpr double kOfMadeUp = 1e-5;

class MadeUpFamily : public ::testing::Test {
 protected:
  MadeUpFamily() {
    file_.tensors["model.diffusion_model.mix.weight"] = at::randn({16, 16, 1, 1}) * 0.1;
    file_.tensors["model.diffusion_model.push.weight"] = at::randn({16, 8}) * 0.3;
  }

  // The row: those that are known, and this one.
  static Families known() {
    static const std::vector<const Family*> all = [] {
      std::vector<const Family*> list(families().begin(), families().end());
      list.push_back(&test::kMadeUp);
      return list;
    }();
    return all;
  }
  Model model() {
    file_.write(folder_ / "model.safetensors");
    return find_model(open_model_file(folder_ / "model.safetensors"), at::kCPU, at::kFloat, known())
        .value;
  }
  static at::Tensor sampled(const Model& model) {
    NetworkCache cache;
    KSamplerSettings settings;
    settings.model = make_denoiser(model, cache);
    Conditioning text;
    text.embedding = at::ones({1, 77, 8});
    settings.positive = {text};
    settings.negative = {text};
    settings.latent.samples = at::zeros({1, 4, 6, 5});  // as EmptyLatentImage makes it
    settings.seed = 7;
    settings.steps = 8;
    settings.cfg = 1.0;
    settings.sampler.name = "euler";
    settings.scheduler.name = "simple";
    return ksample(settings, parity::registry()).samples;
  }

  c10::InferenceMode inference_;
  test::TemporaryFolder folder_;
  test::ModelFile file_;
};

TEST_F(MadeUpFamily, IsToldByItsTensorsAndTheOthersStayWhatTheyAre) {
  EXPECT_TRUE(model().sampling.is_flow());
  EXPECT_EQ(model().source->latents().pixels, 4);
  const auto sd1 =
      find_model(open_model_file(test::network_file("sd1_unet")), at::kCPU, at::kFloat, known());
  EXPECT_EQ(sd1.value.source->latents().scale, 0.18215);
}

TEST_F(MadeUpFamily, IsSampledInItsOwnLatents) {
  const at::Tensor samples = sampled(model());
  ASSERT_EQ(samples.sizes(), (at::IntArrayRef{1, 16, 6, 5}));
  // Euler by hand: x <- x + (sigma_next - sigma) F(x, t), from x = noise at sigma 1, in latents scaled
  // by 0.5.
  const ModelSampling flow = ModelSampling::flow(3.0);
  at::Tensor x = initial_noise({1, 16, 6, 5}, {.seed = 7}).noise;
  const at::Tensor mix = file_.tensors.at("model.diffusion_model.mix.weight");
  const at::Tensor push =
      file_.tensors.at("model.diffusion_model.push.weight").sum(1).view({1, 16, 1, 1});
  const auto& table = *flow.abi();
  std::vector<double> sigmas;
  for (int i = 0; i < 8; ++i) {
    const auto stride = static_cast<std::uint32_t>(i * (table.sigma_count / 8.0));
    sigmas.push_back(table.sigmas[table.sigma_count - 1 - stride]);
  }
  sigmas.push_back(0.0);
  for (std::size_t i = 0; i < 8; ++i) {
    const at::Tensor predicted = at::conv2d(x, mix) + push + flow.timestep(sigmas[i]) / 1000.0;
    x = x + (sigmas[i + 1] - sigmas[i]) * predicted;
  }
  EXPECT_LT(test::relative_difference(samples, x / 0.5), kOfMadeUp);
}

TEST_F(MadeUpFamily, TakesALoraAsOneOfItsOwn) {
  const Model base = model();
  test::ModelFile lora;
  const at::Tensor up = at::randn({16, 2}) * 0.1;
  const at::Tensor down = at::randn({2, 16}) * 0.1;
  lora.tensors["lora_unet_mix.lora_up.weight"] = up;
  lora.tensors["lora_unet_mix.lora_down.weight"] = down;
  lora.write(folder_ / "lora.safetensors");
  LoraUse use;
  const Model changed = with_lora(base, open_lora(folder_ / "lora.safetensors"), 0.5, use);
  EXPECT_EQ(use.used, std::set<std::string>{"lora_unet_mix"});
  const at::Tensor with_it = sampled(changed);
  EXPECT_GT(test::relative_difference(with_it, sampled(base)), 1e-3);

  at::Tensor& mix = file_.tensors.at("model.diffusion_model.mix.weight");
  mix = mix + 0.5 * at::matmul(up, down).view({16, 16, 1, 1});
  EXPECT_LT(test::relative_difference(with_it, sampled(model())), kOfMadeUp);
}

TEST_F(MadeUpFamily, HasAPreviewWithoutColoursOfItsOwn) {
  const Model one = model();
  const LatentFormat& latents = one.source->latents();
  EXPECT_EQ(coloured(at::zeros({1, 16, 2, 2}), latents.colours).sizes(), (at::IntArrayRef{1, 3, 2, 2}));
}

}  // namespace
}  // namespace ksampler
