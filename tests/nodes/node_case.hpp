// Runs one node's function on values, without a pipeline file.
#ifndef KSAMPLER_TESTS_NODES_NODE_CASE_HPP
#define KSAMPLER_TESTS_NODES_NODE_CASE_HPP

#include "host/nodes/values.hpp"

#include "host/base/file_stamp.hpp"
#include "host/graph/file_folders.hpp"
#include "host/nodes/functions.hpp"

#include <any>
#include <map>
#include <string>
#include <vector>

namespace ksampler {

struct NodeCase {
  std::string type;
  std::map<std::string, Literal> literals;
  std::map<std::string, Value> links;
  std::vector<std::string> warnings;  // after run()
  FileFolders files = {};             // where files are besides
  std::vector<SeenFile> seen = {};    // after run()

  // The outputs. Inputs that are not given have their defaults.
  std::vector<Value> run();
};

// The first output.
template <typename T>
T result_of(NodeCase node) {
  return std::any_cast<T>(node.run().at(0));
}

const NodeDecl& declaration_of(const std::string& type);

Latent latent_of(const at::Tensor& samples);

}  // namespace ksampler

#endif
