// The plugins of a server: what runs take of them, and what its page says of them.
#ifndef KSAMPLER_SERVE_SERVED_PLUGINS_HPP
#define KSAMPLER_SERVE_SERVED_PLUGINS_HPP

#include "host/plugin/live_plugins.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace ksampler {

struct PluginView {
  std::string name;
  std::string version;
  std::string library;           // its file
  std::string hash;              // of the library in use
  std::uint64_t generation = 0;  // 0: none works
  bool isolated = false;
  std::vector<std::string> samplers;
  std::vector<std::string> schedulers;
  std::vector<std::string> guiders;
  std::vector<std::string> noises;
  std::vector<Diagnostic> refused;  // why a newer library is not in use
};

// Thread rule: any thread.
class ServedPlugins {
 public:
  // What is isolated anyway is what `isolation` wants.
  ServedPlugins(std::vector<std::filesystem::path> folders, Isolation isolation, LogSink log = {},
                LiveSettings settings = {});

  // For a new run: what is in use now, with `isolated` in processes of their own besides.
  std::shared_ptr<const Registry> current(const std::vector<std::string>& isolated = {});

  std::vector<PluginView> views() const;
  // Manifests that are broken, or hidden by others.
  std::vector<Diagnostic> problems() const;

  // As LivePlugins'.
  std::vector<PluginChange> refresh();
  PluginChange swap(const std::string& plugin);

 private:
  std::unique_ptr<LivePlugins> load(const std::vector<std::string>& isolated) const;
  void remember(const PluginChange& change);

  const std::vector<std::filesystem::path> folders_;
  const Isolation isolation_;
  const LogSink log_;
  const LiveSettings settings_;
  std::unique_ptr<LivePlugins> live_;

  mutable std::mutex mutex_;
  // By what pipelines want isolated, in order. Few pipelines want any.
  std::map<std::vector<std::string>, std::shared_ptr<LivePlugins>> isolating_;
  std::map<std::string, std::vector<Diagnostic>> refused_;  // by plugin
};

}  // namespace ksampler

#endif
