// A LoRA on a small UNet, and what the UNet then predicts.
#ifndef KSAMPLER_TESTS_MODEL_LORA_LORA_FIXTURE_HPP
#define KSAMPLER_TESTS_MODEL_LORA_LORA_FIXTURE_HPP

#include "host/model/load/load_model.hpp"
#include "host/model/lora/lora.hpp"
#include "tests/model/model_file.hpp"
#include "tests/model/network_case.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty_like.h>
#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace ksampler::test {

// The LoRA of a case: made matrices, and the alphas as the file has them.
inline ModelFile lora_of(const std::string& name) {
  ModelFile lora = network(name);
  const auto file = TensorFile::open(std::string(TEST_DATA "/networks/") + name + ".safetensors");
  for (const auto& [key, view] : file->tensors()) {
    if (key.starts_with("alpha:")) lora.tensors[key.substr(6)] = case_tensor(name, key);
  }
  return lora;
}

struct LoraCase {
  const char* lora;
  const char* network;
};

class LoraOnAUnet : public ::testing::TestWithParam<LoraCase> {
 protected:
  Model base(const std::string& name, at::ScalarType type = at::kFloat) {
    return find_model(open_model_file(network_file(name)), at::kCPU, type).value;
  }
  Lora written(const ModelFile& model) {
    model.write(path_);
    return open_lora(path_);
  }
  // Of the case "odd", at timestep 999.
  static at::Tensor denoised(const Model& model, const std::string& network) {
    Conditioning conditioning;
    conditioning.embedding = case_tensor(network, "odd.context");
    if (has_case_tensor(network, "odd.pooled")) {
      conditioning.pooled = case_tensor(network, "odd.pooled");
      conditioning.size = SizeConditioning{
          .width = 96, .height = 64, .crop_w = 8, .crop_h = 0, .target_width = 96, .target_height = 64};
    }
    const double sigma = model.sampling.sigma(999);
    const at::Tensor x = case_tensor(network, "odd.x") * std::sqrt(sigma * sigma + 1.0);
    at::Tensor result = at::empty_like(x);
    const DenoiseRequest request{&x, &conditioning, &result};
    denoiser_of(model)->denoise({&request, 1}, sigma);
    return result;
  }
  static at::Tensor expected(const Model& model, const std::string& network, const at::Tensor& out) {
    const double sigma = model.sampling.sigma(999);
    const double root = std::sqrt(sigma * sigma + 1.0);
    const at::Tensor x = case_tensor(network, "odd.x") * root;
    if (model.sampling.prediction() == KS_PREDICTION_V) return x / (root * root) - out * (sigma / root);
    return x - sigma * out;
  }

  // The prediction with the LoRA of a case is the case's, and every layer and tensor has its use.
  void expect_prediction(const std::string& name, const std::string& network) {
    const Lora lora = written(lora_of(name));
    const double strength = case_tensor(name, "strength").item<double>();
    const auto model = base(network);
    LoraUse use;
    const auto changed = with_lora(model, lora, strength, use);
    EXPECT_EQ(use.used.size(), lora.layers.size());
    EXPECT_EQ(use.left_out, std::vector<std::string>{});
    EXPECT_TRUE(lora.others.empty());
    EXPECT_LT(relative_difference(denoised(changed, network),
                                  expected(model, network, case_tensor(name, "out"))),
              kFloat32);
    // The network that it was added to is as it was.
    EXPECT_LT(relative_difference(denoised(model, network),
                                  expected(model, network, case_tensor(network, "odd.out"))),
              kFloat32);
  }

  c10::InferenceMode inference_;
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "lora.safetensors";
};

}  // namespace ksampler::test

#endif
