// Finds LibTorch when a run starts, and loads it before the half of the host that stands on it. That
// half has no path of it inside, so an installed program runs with a LibTorch that lies elsewhere than
// the build's did.
#ifndef KSAMPLER_RUNTIME_LIBTORCH_HPP
#define KSAMPLER_RUNTIME_LIBTORCH_HPP

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace ksampler {

struct LibTorchPlace {
  std::filesystem::path folder;  // that should hold libtorch_cpu.so
  std::string reason;            // why it is looked for there
};

// As std::getenv.
using Variables = std::function<const char*(const char* name)>;

// Where LibTorch may lie, best first: beside the library that needs it, LIBTORCH_ROOT, where it lay at
// the build (`built_with`), the Python package torch of the environment, of the python3 in PATH, of the
// user and of the system. Python is not started.
std::vector<LibTorchPlace> libtorch_places(const std::filesystem::path& beside,
                                           const std::filesystem::path& built_with,
                                           const Variables& variable);

// Loads the first that is there, of the version ("2.15") that is needed, and loads; and its part for
// CUDA where a driver is. Returns the folder; `warn` is called where that part does not load. Throws
// Error that says of each place why not.
std::filesystem::path load_libtorch(const std::vector<LibTorchPlace>& places,
                                    const std::string& version,
                                    const std::function<void(const std::string&)>& warn);

}  // namespace ksampler

#endif
