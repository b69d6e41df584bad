// Opens the half of the host that stands on LibTorch.
#ifndef KSAMPLER_RUNTIME_RUNTIME_LIBRARY_HPP
#define KSAMPLER_RUNTIME_RUNTIME_LIBRARY_HPP

#include "host/runtime/runtime.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace ksampler {

// libksampler_runtime.so below `root`, as built or as installed. Stays loaded until the program ends:
// LibTorch can't be unloaded. `warn` is told of LibTorch's part for CUDA where that does not load.
// Throws Error that says where it was looked for.
std::unique_ptr<Runtime> open_runtime(const std::filesystem::path& root,
                                      const std::function<void(const std::string&)>& warn);

}  // namespace ksampler

#endif
