// Runs a pipeline for what travels along its links: sigmas, texts and tensors have no node that saves
// them.
#ifndef KSAMPLER_TESTS_NODES_KEPT_VALUES_HPP
#define KSAMPLER_TESTS_NODES_KEPT_VALUES_HPP

#include "host/graph/execute.hpp"
#include "host/graph/pipeline.hpp"

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>

namespace ksampler {

using NamedTensors = std::map<std::string, at::Tensor>;

NamedTensors tensors_of_file(const std::filesystem::path& path);

// An output node that keeps its `value`, of any type.
inline constexpr char kKeepNode[] = "Keep";

// What the keepers of a pipeline were given, by their names. Besides the nodes that there are, it may
// have GivenImage, GivenMask and GivenSigmas with a `tensor`, GivenConditioning with `tensor`,
// `concat_latent` and `concat_mask`, and GivenLatent with `samples`, `noise_mask` and `batch_index`:
// names of tensors of `given`. Throws Error.
std::map<std::string, Value> kept_values(const PipelineSource& source, const NamedTensors& given = {});

}  // namespace ksampler

#endif
