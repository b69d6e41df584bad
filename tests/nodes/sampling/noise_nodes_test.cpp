// Noise as a node: it changes a model, and the noise of what samples with it.
#include "host/model/load/load_model.hpp"
#include "tests/model/network_case.hpp"
#include "tests/nodes/node_case.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ksampler {
namespace {

ModelValue quiet_model() {
  return find_model(open_model_file(test::network_file("sd1_unet")), at::kCPU, at::kFloat).value;
}

ModelValue with_noise(const ModelValue& model, const PluginChoice& noise, const std::string& use) {
  NodeCase node{"Noise", {{"noise", noise}, {"use", use}}, {{"model", model}}, {}};
  return std::any_cast<ModelValue>(node.run().at(0));
}

TEST(Noise, AddsASourceByItsNameBehindThoseThatAreThere) {
  const ModelValue first = with_noise(quiet_model(), {"offset", {{"strength", 0.2}}}, "start");
  ASSERT_EQ(first.noises.size(), 1u);
  EXPECT_EQ(first.noises[0].name, "offset");
  EXPECT_EQ(std::get<double>(first.noises[0].params.at(0).second), 0.2);
  EXPECT_TRUE(first.noises[0].at_start);
  EXPECT_FALSE(first.noises[0].at_steps);
  const ModelValue second = with_noise(first, {"uniform", {}}, "steps");
  ASSERT_EQ(second.noises.size(), 2u);
  EXPECT_FALSE(second.noises[1].at_start);
  EXPECT_TRUE(second.noises[1].at_steps);
  EXPECT_EQ(first.noises.size(), 1u);  // a model is a value
  const ModelValue third = with_noise(second, {"uniform", {}}, "both");
  EXPECT_TRUE(third.noises[2].at_start);
  EXPECT_TRUE(third.noises[2].at_steps);
}

}  // namespace
}  // namespace ksampler
