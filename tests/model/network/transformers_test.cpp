// Each family's transformer, small, against what diffusers computes with the same weights.
#include "host/model/family/family.hpp"
#include "host/model/file/model_file.hpp"
#include "host/model/network/anima_adapter.hpp"
#include "tests/model/network_case.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/ops/cat.h>
#include <ATen/ops/count_nonzero.h>
#include <ATen/ops/full.h>
#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <memory>

namespace ksampler {
namespace {

using test::case_tensor;
using test::kFloat32;

Weights weights_of(const std::string& name, at::ScalarType type = at::kFloat) {
  return test::network_weights(name, type).within("model.diffusion_model.");
}

const Family& family_of(const std::string& name) {
  const Weights weights = weights_of(name);
  const auto found =
      std::ranges::find_if(families(), [&](const Family* each) { return each->is_of(weights); });
  EXPECT_NE(found, families().end());
  return **found;
}

// What a case says of the picture and the text.
NetworkInput input_of(const std::string& name, const std::string& key,
                      at::ScalarType type = at::kFloat) {
  const auto find = [&](const char* part) {
    const bool has = test::has_case_tensor(name, key + part);
    return has ? case_tensor(name, key + part) : at::Tensor();
  };
  return {.x = find(".x").to(type),
          .timesteps = find(".t"),
          .text = find(".context").to(type),
          .pooled = find(".pooled"),
          .token_ids = find(".token_ids"),
          .token_weights = find(".token_weights"),
          .guidance = find(".guidance")};
}

at::Tensor transformed(const Network& network, const std::string& name, const std::string& key,
                       ReferenceMethod method = ReferenceMethod::of_network) {
  const c10::InferenceMode inference;
  const at::ScalarType type = c10::typeMetaToScalarType(network.options().dtype());
  const auto has = [&](const char* part) { return test::has_case_tensor(name, key + part); };
  NetworkInput input = input_of(name, key, type);
  for (const char* reference : {".0", ".1"}) {
    if (has(reference)) input.references.push_back(case_tensor(name, key + reference).to(type));
  }
  if (has(".slots")) {
    const at::Tensor slots = case_tensor(name, key + ".slots").to(at::kLong);
    input.slots = {slots.const_data_ptr<std::int64_t>(),
                   slots.const_data_ptr<std::int64_t>() + slots.numel()};
  }
  input.reference_method = method;
  return network.predict(input).to(at::kFloat);
}

struct Case {
  const char* name;
  const char* family;
  const char* second;  // of the cases that it has; the first is "even"
};

class TransformerOfAFamily : public ::testing::TestWithParam<Case> {};

TEST_P(TransformerOfAFamily, IsRecognised) {
  EXPECT_STREQ(family_of(GetParam().name).id, GetParam().family);
}

// As files of ComfyUI have it: a transformer alone, without what stands before names in a checkpoint.
TEST_P(TransformerOfAFamily, IsFoundInAFileOfItsOwn) {
  const std::string prefix = "model.diffusion_model.";
  test::ModelFile bare;
  for (const auto& [name, tensor] : test::network(GetParam().name).tensors) {
    if (name.starts_with(prefix)) bare.tensors[name.substr(prefix.size())] = tensor;
  }
  const test::TemporaryFolder folder;
  bare.write(folder / "alone.safetensors");
  EXPECT_EQ(prefix_of(*TensorFile::open(folder / "alone.safetensors"), kNetworkPart), "");
}

TEST_P(TransformerOfAFamily, ComputesWhatDiffusersComputes) {
  const auto [name, family, second] = GetParam();
  const auto network = family_of(name).network(weights_of(name));
  for (const std::string key : {"even", second}) {
    EXPECT_LT(
        test::relative_difference(transformed(*network, name, key), case_tensor(name, key + ".out")),
        kFloat32)
        << key;
  }
}

TEST_P(TransformerOfAFamily, TakesEveryTensorOfItsFile) {
  const Weights weights = weights_of(GetParam().name);
  family_of(GetParam().name).network(weights);
  EXPECT_EQ(weights.surplus(), std::vector<std::string>());
}

TEST_P(TransformerOfAFamily, IsInHalfPrecisionAsNearAsItsRoundingsLetIt) {
  const auto [name, family, second] = GetParam();
  // A block rounds some 20 times; the way through has 4 of them, and 10 more before and after.
  constexpr int kRoundings = 4 * 20 + 10;
  const auto network = family_of(name).network(weights_of(name, at::kBFloat16));
  EXPECT_LT(
      test::relative_difference(transformed(*network, name, "even"), case_tensor(name, "even.out")),
      test::rounding_error(at::kBFloat16, kRoundings));
}

// Where it was fed by one element's weights or with a text that is not its own, this would show.
TEST_P(TransformerOfAFamily, GivesEachItemOfABatchWhatItGivesItAlone) {
  const auto [name, family, second] = GetParam();
  const c10::InferenceMode inference;
  const auto network = family_of(name).network(weights_of(name));
  const at::Tensor both = transformed(*network, name, "even");
  NetworkInput input = input_of(name, "even");
  for (at::Tensor* each : {&input.x, &input.timesteps, &input.text, &input.pooled, &input.token_ids,
                           &input.token_weights, &input.guidance}) {
    if (each->defined()) *each = each->narrow(0, 1, 1);
  }
  EXPECT_LT(test::relative_difference(network->predict(input), both.narrow(0, 1, 1)), kFloat32);
}

class TransformerOfSquares : public TransformerOfAFamily {};

// What is left over of an odd size is filled from the other side, and cut off again.
TEST_P(TransformerOfSquares, TakesLatentsOfOddSizes) {
  const auto [name, family, second] = GetParam();
  const c10::InferenceMode inference;
  const auto network = family_of(name).network(weights_of(name));
  NetworkInput input = input_of(name, "even");
  input.x = input.x.narrow(2, 0, 7).narrow(3, 0, 11);
  const at::Tensor odd = network->predict(input);
  EXPECT_EQ(odd.sizes(), input.x.sizes());
  at::Tensor wrapped = case_tensor(name, "even.x").clone();
  wrapped.select(3, 11).copy_(wrapped.select(3, 0));
  wrapped.select(2, 7).copy_(wrapped.select(2, 0));
  input.x = wrapped;
  const at::Tensor even = network->predict(input).narrow(2, 0, 7).narrow(3, 0, 11);
  EXPECT_LT(test::relative_difference(odd, even), kFloat32);
}

const auto kOfSquares = ::testing::Values(
    Case{"flux", "flux", "reference"}, Case{"flux_schnell", "flux_schnell", "reference"},
    Case{"chroma", "chroma", "high"}, Case{"z_image", "z_image", "full"}, Case{"sd3", "sd3", "high"},
    Case{"sd35", "sd3", "high"}, Case{"qwen_image", "qwen_image", "reference"},
    Case{"qwen_image_2511", "qwen_image", "reference"}, Case{"krea2", "krea2", "reference"},
    Case{"anima", "anima", "long"}, Case{"lumina2", "lumina2", "long"});
const auto kOfCells =
    ::testing::Values(Case{"flux2", "flux2", "reference"}, Case{"flux2_dev", "flux2", "reference"},
                      Case{"qwen_image21", "qwen_image_2.1", "reference"});
constexpr auto kNameOfCase = [](const auto& each) { return std::string(each.param.name); };

INSTANTIATE_TEST_SUITE_P(Small, TransformerOfAFamily, kOfSquares, kNameOfCase);
INSTANTIATE_TEST_SUITE_P(SmallOfCells, TransformerOfAFamily, kOfCells, kNameOfCase);
INSTANTIATE_TEST_SUITE_P(Small, TransformerOfSquares, kOfSquares, kNameOfCase);

TEST(Chroma, IsToldNoGuidanceUnlessSomebodySaysOne) {
  const auto network = kChroma.network(weights_of("chroma"));
  EXPECT_EQ(network->facts().usual_guidance, 0.0);
  EXPECT_TRUE(network->facts().guidance);
  EXPECT_FALSE(network->facts().references);
  EXPECT_EQ(network->facts().pooled_width, 0);
}

// 2511's files have them told so; another's, when a node says it.
TEST(QwenImage, TellsPicturesThatItLooksAtTheTimestepZeroWhereItIsToldTo) {
  const auto network = kQwenImage.network(weights_of("qwen_image"));
  const auto difference = [&](ReferenceMethod method) {
    return test::relative_difference(transformed(*network, "qwen_image_2511", "reference", method),
                                     case_tensor("qwen_image_2511", "reference.out"));
  };
  EXPECT_LT(difference(ReferenceMethod::index_at_zero), kFloat32);
  EXPECT_GT(difference(ReferenceMethod::index), 10 * kFloat32);
}

TEST(Anima, MakesOfTheTokensThatItReadsTheTextThatItsBlocksLookAt) {
  const c10::InferenceMode inference;
  const AnimaAdapter adapter(weights_of("anima").within("llm_adapter."));
  for (const std::string key : {"even", "long"}) {
    const NetworkInput input = input_of("anima", key);
    const at::Tensor expected = case_tensor("anima", key + ".adapted");
    const at::Tensor text = adapter(input.text, input.token_ids, input.token_weights);
    const std::int64_t read = expected.size(1);
    EXPECT_LT(test::relative_difference(text.narrow(1, 0, read), expected), kFloat32) << key;
    ASSERT_EQ(text.size(1), std::max<std::int64_t>(read, 512));
    EXPECT_EQ(text.narrow(1, read, text.size(1) - read).count_nonzero().item<std::int64_t>(), 0);
  }
}

// ComfyUI's files have the gate and what it gates in one tensor.
TEST(QwenImage21, ComputesTheSameOfAGateThatStandsAboveWhatItGates) {
  const c10::InferenceMode inference;
  test::ModelFile model = test::network("qwen_image21");
  for (const char* block : {"0", "1"}) {
    const std::string feed =
        std::string("model.diffusion_model.transformer_blocks.") + block + ".img_mlp.";
    const auto taken = [&](const char* name) {
      return model.tensors.extract(feed + name + ".weight").mapped();
    };
    const at::Tensor gate = taken("gate_layer");
    model.tensors[feed + "gate_up.weight"] = at::cat({gate, taken("proj")});
  }
  const test::TemporaryFolder folder;
  const auto file = folder / "fused.safetensors";
  model.write(file);
  const Weights weights =
      Weights(TensorFile::open(file), at::kCPU, at::kFloat).within("model.diffusion_model.");
  const auto network = kQwenImage21.network(weights);
  EXPECT_LT(test::relative_difference(transformed(*network, "qwen_image21", "even"),
                                      case_tensor("qwen_image21", "even.out")),
            kFloat32);
  EXPECT_EQ(weights.surplus(), std::vector<std::string>());
}

TEST(QwenImage21, PutsPicturesAmongTheTextWhereTheirSlotsAre) {
  const auto network = kQwenImage21.network(weights_of("qwen_image21"));
  NetworkInput input{.x = case_tensor("qwen_image21", "reference.x"),
                     .timesteps = case_tensor("qwen_image21", "reference.t"),
                     .text = case_tensor("qwen_image21", "reference.context"),
                     .references = {case_tensor("qwen_image21", "reference.0")}};
  const c10::InferenceMode inference;
  const at::Tensor behind = network->predict(input);
  input.slots = {9};  // as many as there are words: behind them
  EXPECT_LT(test::relative_difference(network->predict(input), behind), kFloat32);
  input.slots = {4};
  EXPECT_GT(test::relative_difference(network->predict(input), behind), 10 * kFloat32);
}

// What nobody looks at might as well not be there; a strength between is neither.
// Three layers, and a picture that is looked at, which stands before them.
TEST(QwenImageLayered, ComputesWhatDiffusersComputes) {
  const c10::InferenceMode inference;
  const Weights weights = weights_of("qwen_layered");
  EXPECT_STREQ(family_of("qwen_layered").id, "qwen_image");
  const auto network = kQwenImage.network(weights);
  EXPECT_TRUE(network->facts().layers);
  EXPECT_EQ(weights.surplus(), std::vector<std::string>());
  const auto of = [](const char* part) {
    return case_tensor("qwen_layered", std::string("layers.") + part);
  };
  NetworkInput input{
      .x = of("x"), .timesteps = of("t"), .text = of("context"), .references = {of("0")}, .layers = 3};
  EXPECT_LT(test::relative_difference(network->predict(input), of("out")), kFloat32);
  input.layers = 1;  // a picture three times as high is another one
  EXPECT_GT(test::relative_difference(network->predict(input), of("out")), 10 * kFloat32);
}

TEST(Flux, LooksAtTokensOfTheTextAsMuchAsItIsTold) {
  const c10::InferenceMode inference;
  const auto network = kFlux.network(weights_of("flux"));
  const auto of = [](const char* part) { return case_tensor("flux", std::string("even") + part); };
  NetworkInput input{.x = of(".x"),
                     .timesteps = of(".t"),
                     .text = of(".context"),
                     .pooled = of(".pooled"),
                     .guidance = of(".guidance")};
  const std::int64_t last = input.text.size(1) - 3;
  NetworkInput without = input;
  without.text = input.text.narrow(1, 0, last);
  const at::Tensor plain = network->predict(input);
  const auto with_bias = [&](double bias) {
    input.biases = {{.first = last, .count = 3, .bias = bias}};
    return network->predict(input);
  };
  EXPECT_LT(test::relative_difference(with_bias(-std::numeric_limits<double>::infinity()),
                                      network->predict(without)),
            kFloat32);
  EXPECT_LT(test::relative_difference(with_bias(0.0), plain), kFloat32);
  EXPECT_GT(test::relative_difference(with_bias(1.0), plain), 10 * kFloat32);
}

TEST(Flux2, PutsPicturesThatItLooksAtWhereItIsTold) {
  const auto network = kFlux2.network(weights_of("flux2"));
  const auto difference = [&](ReferenceMethod method, const char* expected) {
    return test::relative_difference(transformed(*network, "flux2", "reference", method),
                                     case_tensor("flux2", std::string("reference.") + expected));
  };
  EXPECT_LT(difference(ReferenceMethod::offset, "offset"), kFloat32);
  EXPECT_LT(difference(ReferenceMethod::diagonal, "diagonal"), kFloat32);
  EXPECT_LT(difference(ReferenceMethod::index, "out"), kFloat32);
  EXPECT_GT(difference(ReferenceMethod::offset, "out"), 10 * kFloat32);  // it does make a difference
  EXPECT_GT(difference(ReferenceMethod::diagonal, "out"), 10 * kFloat32);
}

TEST(Sd3, HasNoPlacesForALatentThatIsLargerThanItsTable) {
  const auto network = kSd3.network(weights_of("sd3"));
  EXPECT_NO_THROW(network->check_size({1, 16, 24, 24}));
  EXPECT_ANY_THROW(network->check_size({1, 16, 26, 24}));
}

}  // namespace
}  // namespace ksampler
