// The child's side of a self-test: a plugin that is about to be swapped in does a short run of each of
// its samplers and schedulers on a toy model.
#ifndef KSAMPLER_PLUGIN_ISOLATION_SELF_TEST_HPP
#define KSAMPLER_PLUGIN_ISOLATION_SELF_TEST_HPP

#include "host/plugin/library.hpp"

#include <filesystem>
#include <functional>
#include <string>

namespace ksampler::isolation {

// Uses all that a library provides, once. `begin` is told what comes next ("sampler 'euler'"). Throws
// Error with what is wrong.
void self_test(const Library& library, const std::function<void(const std::string&)>& begin);

// The whole, over a socket: what comes next as log lines; then done, with why its code cannot be
// unmapped or nothing, and a manifest for it; or failed, with a sentence. `copy` is a private copy of
// `file`. Returns the exit code.
int serve_self_test(int socket, const std::filesystem::path& copy, const std::filesystem::path& file,
                    bool sandboxed);

}  // namespace ksampler::isolation

#endif
