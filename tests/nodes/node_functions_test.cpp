#include "host/nodes/declarations.hpp"
#include "host/nodes/functions.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace ksampler {
namespace {

TEST(NodeFunctions, AreThereForEveryDeclarationAndNoOther) {
  std::vector<std::string> declared;
  for (const NodeDecl& declaration : node_declarations()) declared.push_back(declaration.type);
  std::vector<std::string> implemented;
  for (const auto& [type, function] : node_functions()) implemented.push_back(type);
  std::sort(declared.begin(), declared.end());
  EXPECT_EQ(declared, implemented);
}

}  // namespace
}  // namespace ksampler
