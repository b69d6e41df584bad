// Files of latents, as SaveLatent writes them and LoadLatent reads them.
#ifndef KSAMPLER_NODES_LATENT_FILE_HPP
#define KSAMPLER_NODES_LATENT_FILE_HPP

#include "host/nodes/functions.hpp"

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>

namespace ksampler {

// Writes `samples`, [B,C,H,W] on the CPU, to the first free PREFIX_00001_.latent below the output
// folder, with the record of how it was made; `prefix` may have tokens (filename_prefix.hpp). Throws
// Error.
std::filesystem::path write_latent(const NodeContext& context, const at::Tensor& samples,
                                   const std::string& prefix);

}  // namespace ksampler

#endif
