// Files with small random text encoders in every layout, for tests.
#ifndef KSAMPLER_TESTS_MODEL_MADE_ENCODER_HPP
#define KSAMPLER_TESTS_MODEL_MADE_ENCODER_HPP

#include "host/model/network/weights.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace ksampler::test {

using Tensors = std::map<std::string, at::Tensor>;

struct MadeShape {
  std::int64_t width = 32;
  std::int64_t layers = 3;
  std::int64_t vocabulary = 49408;
  std::int64_t positions = 77;
};

// Random weights, always the same; `root` is "text_model." or "" in the files of before 2023.
Tensors transformers_tensors(const std::string& prefix, const MadeShape& shape = {},
                             const std::string& root = "text_model.");
Tensors open_clip_tensors(const std::string& prefix, const MadeShape& shape = {});
Tensors sdxl_tensors();  // CLIP-L of 3 layers, 32 wide; CLIP-G of 4 layers, 48 wide

Weights written(const std::filesystem::path& file, const Tensors& tensors,
                const std::map<std::string, std::string>& metadata = {});

}  // namespace ksampler::test

#endif
