// Guiders as nodes: they change a model, and what samples with it is guided.
#include "host/model/load/load_model.hpp"
#include "tests/model/network_case.hpp"
#include "tests/nodes/node_case.hpp"

#include <gtest/gtest.h>

namespace ksampler {
namespace {

ModelValue some_model() {
  return find_model(open_model_file(test::network_file("sd1_unet")), at::kCPU, at::kFloat).value;
}

ModelValue guided(NodeCase node) { return std::any_cast<ModelValue>(node.run().at(0)); }

double number_of(const ModelGuider& guider, const std::string& id) {
  for (const auto& [name, value] : guider.params) {
    if (name == id) return std::get<double>(value);
  }
  ADD_FAILURE() << "no parameter " << id;
  return 0;
}

TEST(Guider, AddsAGuiderByItsNameBehindThoseThatAreThere) {
  const ModelValue first = guided({"RescaleCFG", {{"multiplier", 0.4}}, {{"model", some_model()}}, {}});
  ASSERT_EQ(first.guiders.size(), 1u);
  EXPECT_EQ(first.guiders[0].name, "rescale_cfg");
  EXPECT_EQ(number_of(first.guiders[0], "multiplier"), 0.4);
  const ModelValue second =
      guided({"Guider", {{"guider", PluginChoice{"apg", {{"eta", 0.5}}}}}, {{"model", first}}, {}});
  ASSERT_EQ(second.guiders.size(), 2u);
  EXPECT_EQ(second.guiders[1].name, "apg");
  EXPECT_EQ(number_of(second.guiders[1], "eta"), 0.5);
  EXPECT_EQ(first.guiders.size(), 1u);  // a model is a value
}

TEST(CFGZeroStar, ScalesWhatComfyUIScales) {
  const ModelValue model = guided({"CFGZeroStar", {}, {{"model", some_model()}}, {}});
  EXPECT_EQ(number_of(model.guiders.at(0), "scaled"), 1.0);
}

TEST(PerturbedAttentionGuidance, IsTheGuiderOfThatName) {
  const ModelValue model =
      guided({"PerturbedAttentionGuidance", {{"scale", 2.0}}, {{"model", some_model()}}, {}});
  EXPECT_EQ(model.guiders.at(0).name, "perturbed_attention");
  EXPECT_EQ(number_of(model.guiders.at(0), "scale"), 2.0);
}

TEST(PerpNeg, TakesTheEmptyPrompt) {
  const ModelValue model =
      guided({"PerpNeg",
              {},
              {{"model", some_model()}, {"empty_conditioning", ConditioningValue{Conditioning{}}}},
              {}});
  EXPECT_EQ(model.guiders.at(0).empty.size(), 1u);
}

}  // namespace
}  // namespace ksampler
