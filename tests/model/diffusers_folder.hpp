// The small networks as diffusers' save_pretrained writes them: under its names, which its own
// converters gave (reference/make_diffusers_names.py).
#ifndef KSAMPLER_TESTS_MODEL_DIFFUSERS_FOLDER_HPP
#define KSAMPLER_TESTS_MODEL_DIFFUSERS_FOLDER_HPP

#include "tests/model/model_file.hpp"

#include <filesystem>
#include <string>

namespace ksampler::test {

// The tensors of a case of network_case.hpp under diffusers' names, cut where it cuts them. Of one that
// has none of its own, as text encoders have, those that it has.
ModelFile in_diffusers_layout(const std::string& name);

// Writes a folder of one network: a file of that stem, or so many shards of it with an index.
void write_network_folder(const std::filesystem::path& folder, const std::string& stem,
                          const ModelFile& network, int shards = 1);

}  // namespace ksampler::test

#endif
