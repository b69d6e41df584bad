// `ksampler serve --comfy`: what its options come to.
#ifndef KSAMPLER_CLI_SERVE_COMFY_HPP
#define KSAMPLER_CLI_SERVE_COMFY_HPP

#include "host/serve/comfy/comfy.hpp"

#include <filesystem>
#include <string>

namespace ksampler {

// Where an installed program has its configs; nobody says that they are there.
std::filesystem::path installed_configs();

// The static folder of ComfyUI's page: in `asked`, or where that is empty, in the virtual environment
// that is active; empty where there is none. Throws Error where `asked` holds none.
std::filesystem::path comfy_page(const std::string& asked);

// The workflows to begin with that came with the program, and the models that they use, which `files`
// then has. Where the program is not installed: those in `folder`.
std::filesystem::path add_examples(const std::filesystem::path& folder, FileFolders& files);

}  // namespace ksampler

#endif
