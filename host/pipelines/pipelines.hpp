// A host of pipelines: its plugins, its folders, and the half on LibTorch once a run needed it.
#ifndef KSAMPLER_PIPELINES_PIPELINES_HPP
#define KSAMPLER_PIPELINES_PIPELINES_HPP

#include "host/graph/file_folders.hpp"
#include "host/plugin/live_plugins.hpp"
#include "host/runtime/runtime.hpp"

#include <ks/pipeline.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

struct ks_pipelines {
  // Throws Error, BadArgument.
  explicit ks_pipelines(const ks_pipelines_settings& settings);

  // Opens it where that was not done yet. Throws Error.
  ksampler::Runtime& runtime();
  // Null where no run began yet.
  ksampler::Runtime* opened();
  // A line of the host's own, or of a plugin's.
  void say(std::uint32_t level, const char* plugin, const std::string& line) const;

  // Whether plugins of this name run in a process of their own; "all": every one.
  bool isolates(const std::string& plugin) const;
  const ksampler::FileFolders& files() const { return files_; }
  const std::string& device() const { return device_; }
  std::uint64_t memory() const { return memory_; }
  ksampler::LivePlugins& plugins() { return *plugins_; }

 private:
  void (*const log_)(void* context, std::uint32_t level, const char* plugin, const char* line);
  void* const log_context_;
  ksampler::FileFolders files_;
  std::string device_;
  std::uint64_t memory_;
  std::vector<std::string> isolated_;
  std::unique_ptr<ksampler::LivePlugins> plugins_;
  std::mutex mutex_;  // of what follows
  std::unique_ptr<ksampler::Runtime> runtime_;
};

namespace ksampler::pipelines {

ks_pipelines& checked(ks_pipelines* host);

}  // namespace ksampler::pipelines

#endif
