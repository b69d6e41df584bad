// Nodes that take one thing or many of its kind.
#ifndef KSAMPLER_NODES_ALL_GIVEN_HPP
#define KSAMPLER_NODES_ALL_GIVEN_HPP

#include "host/graph/execute.hpp"

#include <vector>

namespace ksampler {

// What is linked to the inputs of a node, all of one type, in their order.
template <typename T>
std::vector<T> all_given(const Inputs& in) {
  std::vector<T> values;
  for (const InputDecl& input : in.node().decl->inputs) {
    if (in.has(input.name)) values.push_back(in.link<T>(input.name));
  }
  return values;
}

}  // namespace ksampler

#endif
