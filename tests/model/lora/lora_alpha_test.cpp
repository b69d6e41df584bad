// A LoRA's alpha that stands in the file's metadata, as peft and diffusers write it.
#include "tests/model/lora/lora_fixture.hpp"

#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

#include <gtest/gtest.h>

#include <limits>
#include <map>

namespace ksampler {
namespace {

using test::error_text;
using test::LoraOnAUnet;
using test::ModelFile;

class AlphaInTheMetadata : public LoraOnAUnet {
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
    LoraUse use;
    return denoised(with_lora(base("sd1_unet"), written(model), 0.7, use), "sd1_unet");
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

}  // namespace
}  // namespace ksampler
