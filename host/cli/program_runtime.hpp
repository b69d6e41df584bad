// The half of the host that stands on LibTorch, beside the program that runs.
#ifndef KSAMPLER_CLI_PROGRAM_RUNTIME_HPP
#define KSAMPLER_CLI_PROGRAM_RUNTIME_HPP

#include "host/runtime/runtime.hpp"

#include <memory>

namespace ksampler {

// As open_runtime; warnings go to standard error.
std::unique_ptr<Runtime> open_program_runtime();

}  // namespace ksampler

#endif
