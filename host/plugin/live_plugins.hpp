// Plugins that can be swapped while runs go on. A Registry is a snapshot: it never changes, and whoever
// holds one for a run sees one generation of every plugin from its first sigma to its last. This owns
// the current snapshot and makes the next. Thread rule: any thread.
#ifndef KSAMPLER_PLUGIN_LIVE_PLUGINS_HPP
#define KSAMPLER_PLUGIN_LIVE_PLUGINS_HPP

#include "host/plugin/generations.hpp"
#include "host/plugin/registry.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace ksampler {

// What became of a plugin when its files were looked at again.
struct PluginChange {
  enum class Kind {
    unchanged,
    swapped,  // its files changed, and the new generation is in use
    added,
    removed,  // its manifest is gone
    refused,  // its files changed, and `problems` say why they are not used; what was in use still is
  };
  std::string plugin = {};  // empty for a manifest that cannot be read and never could
  Kind kind = Kind::unchanged;
  std::uint64_t generation = 0;  // the one in use now; 0: none
  std::vector<Diagnostic> problems = {};
  std::chrono::duration<double> took{};  // from the settled file to the new snapshot
};

struct LiveSettings {
  // A file has settled when size, time and contents are the same after this long.
  std::chrono::milliseconds quiet{20};
  // How long a file may stay half-written or missing, or not fit its manifest, before that is an error:
  // a build writes the one, and then the other.
  std::chrono::milliseconds patience{1000};
  // For the self-test of all samplers and schedulers of a plugin together.
  std::chrono::milliseconds self_test_limit{10000};
};

class LivePlugins {
 public:
  // Searches and loads as a Registry does, but at once, so that what is in use is the file as it was
  // found. What cannot be loaded fails where it is used.
  explicit LivePlugins(std::vector<std::filesystem::path> folders, LogSink log = {},
                       Isolation isolation = {}, LiveSettings settings = {});
  ~LivePlugins();
  LivePlugins(const LivePlugins&) = delete;
  LivePlugins& operator=(const LivePlugins&) = delete;

  // The snapshot for a new run. Does not wait for a refresh that is under way.
  std::shared_ptr<const Registry> current() const;

  // Adds a plugin that no manifest describes: it stays as it is, whatever the folders hold. Waits while
  // a refresh is under way. Throws Error where there is one of that name.
  void add(const std::shared_ptr<const Library>& library);

  // Looks at all folders again. A plugin whose manifest or library differs is loaded from a private
  // copy once its file has settled, compared with its manifest, and tested on a toy model in a child
  // process first, so that a crash or a hang there is a refusal. What passes is in the next snapshot,
  // together with all that did not change. One line for each plugin, by name. One that was refused, and
  // did not change since, is `unchanged`. Waits while another refresh is under way.
  std::vector<PluginChange> refresh();

  // The same of one plugin, which is tested anew even where it was refused and did not change. Throws
  // Error where there is none of this name.
  PluginChange swap(const std::string& plugin);

  // In use or still held by a run, by name and number.
  std::vector<Generation> generations() const;
  // What became of those that nobody holds any more, by plugin.
  std::vector<RetiredGenerations> retired() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ksampler

#endif
