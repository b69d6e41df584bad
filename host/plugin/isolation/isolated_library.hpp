// A plugin in processes of its own: for each sampler or scheduler that is made, a child that has no
// model, no GPU and no file. A crash, an exit or a hang there is an error of that one run. Thread rule:
// any thread.
#ifndef KSAMPLER_PLUGIN_ISOLATION_ISOLATED_LIBRARY_HPP
#define KSAMPLER_PLUGIN_ISOLATION_ISOLATED_LIBRARY_HPP

#include "host/plugin/library.hpp"
#include "host/plugin/manifest.hpp"

#include <chrono>

namespace ksampler {

struct IsolationSettings {
  std::filesystem::path program;           // ksampler-isolate
  std::chrono::milliseconds limit{10000};  // that a plugin may compute between two calls to the host
};

// Runs no code of the plugin in this process, and none at all yet: that the library is what the
// manifest says is found when something is made from it. `bytes`: the library's, where they were read
// already; else they are read here. Throws Error where the library cannot be read.
std::shared_ptr<const Library> isolated_library(const Manifest& manifest,
                                                const IsolationSettings& settings, LogSink log = {},
                                                std::span<const std::byte> bytes = {});

}  // namespace ksampler

#endif
