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

TEST(Guider, TakesTheSecondPrompt) {
  const ModelValue model =
      guided({"Guider",
              {{"guider", PluginChoice{"dual_cfg", {}}}},
              {{"model", some_model()}, {"second_conditioning", ConditioningValue{Conditioning{}}}},
              {}});
  EXPECT_EQ(model.guiders.at(0).second.size(), 1u);
  EXPECT_FALSE(model.guiders.at(0).second_is_negative);
}

GuiderValue dual_guider(const ModelValue& model, const std::string& style) {
  const auto prompt = [](std::int64_t label) {
    return ConditioningValue{Conditioning{.label = label}};
  };
  NodeCase node{"DualCFGGuider",
                {{"cfg_conds", 5.0}, {"cfg_cond2_negative", 3.0}, {"style", style}},
                {{"model", model}, {"cond1", prompt(1)}, {"cond2", prompt(2)}, {"negative", prompt(3)}},
                {}};
  return std::any_cast<GuiderValue>(node.run().at(0));
}

TEST(DualCFGGuider, IsASumOfThreePredictions) {
  const GuiderValue value = dual_guider(some_model(), "regular");
  EXPECT_EQ(value.guidance.size(), 3u);
  EXPECT_TRUE(value.model.guiders.empty());
}

// In ComfyUI cfg_function is what guiders are hung into, and it is called with these two.
TEST(DualCFGGuider, LeavesTheInnerTwoToTheGuidersOfItsModel) {
  const ModelValue rescaled = guided({"RescaleCFG", {}, {{"model", some_model()}}, {}});
  for (const std::string style : {"regular", "nested"}) {
    const bool nested = style == "nested";
    const GuiderValue value = dual_guider(rescaled, style);
    ASSERT_EQ(value.guidance.size(), 2u);
    EXPECT_EQ(value.guidance[0].conditioning.at(0).label, nested ? 1 : 2);
    EXPECT_EQ(value.guidance[1].conditioning.at(0).label, nested ? 2 : 3);
    EXPECT_EQ(value.guidance[0].weight, nested ? 5.0 : 3.0);
    ASSERT_EQ(value.model.guiders.size(), 2u);
    EXPECT_EQ(value.model.guiders[0].name, "rescale_cfg");
    const ModelGuider& dual = value.model.guiders[1];
    EXPECT_EQ(dual.name, "dual_cfg");
    EXPECT_EQ(number_of(dual, "scale"), nested ? 3.0 : 5.0);
    EXPECT_EQ(number_of(dual, "style"), nested ? 1.0 : 0.0);
    EXPECT_EQ(dual.second.at(0).label, nested ? 3 : 1);
    EXPECT_EQ(dual.second_is_negative, nested);
  }
}

}  // namespace
}  // namespace ksampler
