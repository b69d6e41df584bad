// ControlNets inside UNets, against what diffusers computes with the same weights; and how a run uses
// them.
#include "host/model/network/control_net.hpp"

#include "host/model/denoise/denoiser.hpp"
#include "host/model/family/family.hpp"
#include "host/model/load/control_source.hpp"
#include "host/model/load/load_model.hpp"
#include "host/model/network/tensors.hpp"
#include "tests/model/network_case.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

#include <memory>

namespace ksampler {
namespace {

using test::case_tensor;
using test::error_text;
using test::ModelFile;

Model model_of(const std::string& name) {
  return find_model(open_model_file(test::network_file(name)), at::kCPU, at::kFloat).value;
}

std::shared_ptr<const ControlSource> source_of(const std::string& name) {
  return std::make_shared<ControlSource>(open_tensor_file(test::network_file(name)));
}

struct ControlCase {
  const char* control;
  const char* unet;
};

class ControlNetInAUnet : public ::testing::TestWithParam<ControlCase> {
 protected:
  c10::InferenceMode inference_;
};

TEST_P(ControlNetInAUnet, ComputesWhatDiffusersComputes) {
  const std::string name = GetParam().control;
  const Weights weights = test::network_weights(GetParam().unet).within("model.diffusion_model.");
  const Family* family = nullptr;
  for (const Family* each : families()) {
    if (family == nullptr && each->is_of(weights)) family = each;
  }
  const auto unet = family->network(weights);
  NetworkCache cache;
  const auto control = source_of(name)->hold(cache, unet->options());
  NetworkInput input{.x = case_tensor(name, "x"),
                     .timesteps = case_tensor(name, "t"),
                     .text = case_tensor(name, "context")};
  if (test::has_case_tensor(name, "pooled")) {
    input.pooled = case_tensor(name, "pooled");
    input.numbers = case_tensor(name, "sizes");
  }
  EXPECT_LT(test::relative_difference(unet->predict(input), case_tensor(name, "plain")),
            test::kFloat32);
  input.residuals = (*control)(input, control->hint(case_tensor(name, "picture")));
  for (at::Tensor& skip : input.residuals.skips) skip.mul_(0.75);
  input.residuals.middle.mul_(0.75);
  EXPECT_LT(test::relative_difference(unet->predict(input), case_tensor(name, "out")), test::kFloat32);
}

INSTANTIATE_TEST_SUITE_P(Cases, ControlNetInAUnet,
                         ::testing::Values(ControlCase{"sd1_control", "sd1_unet"},
                                           ControlCase{"sdxl_control", "sdxl_unet"}));

// A denoiser that is asked with ControlNets.
class ControlledDenoiser : public ::testing::Test {
 protected:
  Control control(double strength = 0.75) {
    return {.source = source_of("sd1_control"),
            .picture = case_tensor("sd1_control", "picture"),
            .strength = strength};
  }
  Conditioning with(std::vector<Control> controls, const at::Tensor& text) const {
    Conditioning conditioning;
    conditioning.embedding = text;
    conditioning.controls = std::move(controls);
    denoiser_->make_ready(conditioning.controls, x_.size(2), x_.size(3));
    return conditioning;
  }
  at::Tensor denoised(const Conditioning& conditioning, double sigma = 2.0) const {
    at::Tensor result = at::empty_like(x_);
    const DenoiseRequest request{&x_, &conditioning, &result};
    denoiser_->denoise({&request, 1}, sigma);
    return result;
  }

  c10::InferenceMode inference_;
  NetworkCache cache_;
  std::shared_ptr<const Denoiser> denoiser_ = make_denoiser(model_of("sd1_unet"), cache_);
  const at::Tensor x_ = case_tensor("sd1_control", "x").narrow(0, 0, 1).clone();
  const at::Tensor text_ = case_tensor("sd1_control", "context").narrow(0, 0, 1).clone();
  const at::Tensor other_ = case_tensor("sd1_control", "context").narrow(0, 1, 1).clone();
};

TEST_F(ControlledDenoiser, AsksForBothPromptsInOneBatchAsForEachAlone) {
  const Conditioning one = with({control()}, text_);
  const Conditioning two = with(one.controls, other_);
  at::Tensor first = at::empty_like(x_);
  at::Tensor second = at::empty_like(x_);
  const std::array requests = {DenoiseRequest{&x_, &one, &first}, DenoiseRequest{&x_, &two, &second}};
  denoiser_->denoise(requests, 2.0);
  EXPECT_LT(test::relative_difference(first, denoised(one)), test::kFloat32);
  EXPECT_LT(test::relative_difference(second, denoised(two)), test::kFloat32);
  EXPECT_GT(test::relative_difference(first, denoised(with({}, text_))), 1e-2);
}

TEST_F(ControlledDenoiser, AddsUpSeveral) {
  const at::Tensor twice = denoised(with({control(0.25), control(0.5)}, text_));
  EXPECT_LT(test::relative_difference(twice, denoised(with({control()}, text_))), test::kFloat32);
}

TEST_F(ControlledDenoiser, IsLeftAloneOutsideOfTheirPartOfTheRun) {
  Control late = control();
  late.start_percent = 0.5;
  const double half = denoiser_->sampling().percent_to_sigma(0.5);
  const Conditioning conditioning = with({late}, text_);
  const at::Tensor plain = denoised(with({}, text_), half * 1.01);
  EXPECT_TRUE(at::equal(denoised(conditioning, half * 1.01), plain));
  EXPECT_FALSE(at::equal(denoised(conditioning, half * 0.99), denoised(with({}, text_), half * 0.99)));
}

TEST_F(ControlledDenoiser, TakesAPictureOfAnySize) {
  Control small = control();
  small.picture = small.picture.slice(2, 0, std::nullopt, 2).slice(3, 0, std::nullopt, 2);
  EXPECT_EQ(denoised(with({small}, text_)).sizes(), x_.sizes());
}

TEST_F(ControlledDenoiser, SaysForWhatAControlNetIs) {
  const auto refusal = [&](const std::string& model, const std::string& control) {
    const auto denoiser = make_denoiser(model_of(model), cache_);
    std::vector<Control> controls = {
        {.source = source_of(control), .picture = case_tensor("sd1_control", "picture")}};
    return error_text([&] { denoiser->make_ready(controls, 8, 6); });
  };
  const std::string of_sd1 = test::network_file("sd1_control").string() + ": ";
  EXPECT_EQ(refusal("sdxl_unet", "sd1_control"),
            of_sd1 +
                "this ControlNet is for another model: it takes texts 24 wide, and the model's are 48 "
                "(SD 1: 768, SD 2: 1024, SDXL: 2048)");
  EXPECT_EQ(refusal("flux", "sd1_control"),
            of_sd1 +
                "this ControlNet is for another model: it is for the UNet of SD 1, SD 2 or SDXL, and "
                "the model is none of these");
}

// As nearly all of SDXL are written.
TEST(AControlNetsFile, MayHaveDiffusersNames) {
  const test::TemporaryFolder folder;
  for (const std::string name : {"sd1_control", "sdxl_control"}) {
    const ModelFile single = test::network(name);
    ModelFile other;
    const auto file = TensorFile::open(TEST_DATA "/networks/" + name + ".safetensors");
    for (const auto& [key, value] : file->metadata()) {
      if (key.starts_with("diffusers:")) other.tensors[value] = single.tensors.at(key.substr(10));
    }
    EXPECT_EQ(other.tensors.size(), single.tensors.size());
    other.write(folder / "control.safetensors");
    const ControlSource source(open_model_file(folder / "control.safetensors"));
    EXPECT_EQ(source.surplus(), std::vector<std::string>());
    const auto renamed = open_model_file(folder / "control.safetensors");
    for (const auto& [key, value] : single.tensors) {
      const std::string bare = key.substr(std::string("control_model.").size());
      EXPECT_TRUE(at::equal(map_tensor(renamed, bare), value)) << bare;
    }
  }
}

TEST(AControlNetsFile, IsCheckedByItsHeader) {
  const test::TemporaryFolder folder;
  const std::filesystem::path file = folder / "control.safetensors";
  const auto refusal = [&](const ModelFile& model) {
    model.write(file);
    const std::string text = error_text([&] { ControlSource source(open_tensor_file(file)); });
    return text == "no error" ? text : text.substr(text.find(": ") + 2);
  };
  EXPECT_EQ(refusal(test::network("sd1_control")), "no error");
  EXPECT_EQ(refusal(test::network("sd1_unet")),
            "holds no ControlNet (expected tensors 'control_model....'); it holds a diffusion network");
  ModelFile several = test::network("sd1_control");
  several.tensors["control_model.task_embedding"] = at::zeros({8, 32});
  EXPECT_EQ(
      refusal(several),
      "is a ControlNet of several kinds of pictures in one (union), which is not supported; expected "
      "one of a single kind");
  ModelFile wide = test::network("sd1_control");
  wide.tensors["control_model.input_hint_block.0.weight"] = at::zeros({8, 4, 3, 3});
  EXPECT_EQ(refusal(wide),
            "is a ControlNet that is shown 4 channels, which is not supported; expected pictures of 3");
  ModelFile thin = test::network("sd1_control");
  thin.tensors["control_model.lora_controlnet"] = at::zeros({1});
  EXPECT_EQ(
      refusal(thin),
      "is a control-LoRA, which changes a UNet into a ControlNet, and is not supported; expected a "
      "whole one");
  EXPECT_EQ(
      refusal(test::network("sd1_control").without("control_model.zero_convs.2.0.weight")),
      "tensor 'control_model.zero_convs.2.0.weight' is missing; the nearest name that is there is "
      "'control_model.zero_convs.0.0.weight'");
}

TEST(AControlNetsFile, IsNoDiffusionNetwork) {
  const std::string file = test::network_file("sd1_control").string();
  EXPECT_EQ(error_text([&] { prefix_of(*open_model_file(file), kNetworkPart); }),
            file +
                ": is a ControlNet, which goes beside a diffusion network: the ControlNetLoader node "
                "loads it");
}

}  // namespace
}  // namespace ksampler
