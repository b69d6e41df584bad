// The child's side: one plugin, one sampler or scheduler of it, served over a socket until that is
// closed.
#ifndef KSAMPLER_PLUGIN_ISOLATION_CHILD_HPP
#define KSAMPLER_PLUGIN_ISOLATION_CHILD_HPP

#include <filesystem>

namespace ksampler::isolation {

// `copy` is a private copy of `file`. Returns the exit code.
int serve(int socket, const std::filesystem::path& copy, const std::filesystem::path& file);

}  // namespace ksampler::isolation

#endif
