// The nodes on latents and images against tests/data/latents, which make.py there wrote with torch,
// numpy and Pillow.
#include "host/model/network/tensors.hpp"
#include "tests/nodes/node_case.hpp"

#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <fstream>

namespace ksampler {
namespace {

using Json = nlohmann::json;

const std::string kLatents = TEST_DATA "/latents/";

std::vector<Json> resized_cases() {
  std::ifstream in(kLatents + "cases.json");
  return Json::parse(in).get<std::vector<Json>>();
}

Literal literal_of(const Json& value, InputKind kind) {
  if (kind == InputKind::integer) return value.get<std::int64_t>();
  if (kind == InputKind::number) return value.get<double>();
  if (kind == InputKind::boolean) return value.get<bool>();
  return value.get<std::string>();
}

const InputDecl& input_of(const NodeDecl& decl, const std::string& name) {
  for (const InputDecl& input : decl.inputs) {
    if (input.name == name) return input;
  }
  throw std::logic_error("no input " + name);
}

class ReferenceValues : public testing::TestWithParam<Json> {};

TEST_P(ReferenceValues, AreGiven) {
  static const auto file = TensorFile::open(kLatents + "cases.safetensors");
  const Json& c = GetParam();
  NodeCase node{c.at("node"), {}, {}, {}};
  const NodeDecl& decl = declaration_of(node.type);
  for (const auto& [name, value] : c.at("inputs").items()) {
    node.literals[name] = literal_of(value, input_of(decl, name).kind);
  }
  for (const auto& [name, tensor] : c.at("given").items()) {
    const at::Tensor value = map_tensor(file, tensor);
    node.links[name] =
        input_of(decl, name).type == "LATENT" ? Value(latent_of(value)) : Value(at::Tensor(value));
  }
  const Value output = node.run().at(0);
  const auto* latent = std::any_cast<LatentValue>(&output);
  const at::Tensor got = latent != nullptr ? latent->samples : std::any_cast<ImageValue>(output);
  const at::Tensor expected = map_tensor(file, c.at("result"));
  ASSERT_EQ(got.sizes(), expected.sizes());
  EXPECT_LE((got - expected).abs().max().item<double>(), c.at("tolerance").get<double>());
}

INSTANTIATE_TEST_SUITE_P(Of, ReferenceValues, testing::ValuesIn(resized_cases()),
                         [](const auto& instance) {
                           return instance.param.at("node").template get<std::string>() + "_" +
                                  std::to_string(instance.index);
                         });

}  // namespace
}  // namespace ksampler
