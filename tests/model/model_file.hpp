// Model files put together, so that tests can say what is wrong with them.
#ifndef KSAMPLER_TESTS_MODEL_MODEL_FILE_HPP
#define KSAMPLER_TESTS_MODEL_MODEL_FILE_HPP

#include "host/files/safetensors.hpp"

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>

namespace ksampler::test {

// Tensors and metadata, to be changed and written.
struct ModelFile {
  std::map<std::string, at::Tensor> tensors;
  std::map<std::string, std::string> metadata;

  // All of a network of network_case.hpp, beside what is there.
  ModelFile& add(const std::string& name);
  ModelFile& without(const std::string& tensor);
  // Without the tensors whose names begin so.
  ModelFile& without_all(const std::string& prefix);
  void write(const std::filesystem::path& file) const;
};

}  // namespace ksampler::test

#endif
