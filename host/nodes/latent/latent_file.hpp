// Files of latents, as SaveLatent writes them and LoadLatent reads them.
#ifndef KSAMPLER_NODES_LATENT_LATENT_FILE_HPP
#define KSAMPLER_NODES_LATENT_LATENT_FILE_HPP

#include "host/runtime/node_context.hpp"
#include "host/sampling/latent.hpp"

#include <filesystem>
#include <string>

namespace ksampler {

// What travels with the samples: a noise mask, a batch index. ComfyUI's files leave it out.
enum class Company { left_out, written };

// Writes the samples to the first free PREFIX_00001_.latent below the output folder, with the record of
// how they were made; `prefix` may have tokens (filename_prefix.hpp). Throws Error.
std::filesystem::path write_latent(const NodeContext& context, const Latent& latent,
                                   const std::string& prefix, Company company = Company::left_out);

// The latent in the file `path`, with what travels with it where that was written. Throws Error.
Latent read_latent(const NodeContext& context, const Node& node, const std::filesystem::path& path);

}  // namespace ksampler

#endif
