// Opens the half of the host that stands on LibTorch.
#ifndef KSAMPLER_CLI_RUNTIME_LIBRARY_HPP
#define KSAMPLER_CLI_RUNTIME_LIBRARY_HPP

#include "host/runtime/runtime.hpp"

#include <memory>

namespace ksampler {

// libksampler_runtime.so beside the program, as built or as installed. Stays loaded until the program
// ends: LibTorch can't be unloaded. Throws Error that says where it was looked for.
std::unique_ptr<Runtime> open_runtime();

}  // namespace ksampler

#endif
