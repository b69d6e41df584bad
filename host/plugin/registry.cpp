#include "host/plugin/registry.hpp"

#include "host/base/text.hpp"
#include "host/plugin/params.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

constexpr char kManifestName[] = "plugin.toml";

Diagnostic about(const fs::path& file, std::string message) {
  Diagnostic diagnostic;
  diagnostic.place.file = file.string();
  diagnostic.message = std::move(message);
  return diagnostic;
}

// The manifests of a folder: its own, then those one level down, by name.
std::vector<fs::path> manifests_in(const fs::path& folder, std::vector<Diagnostic>& broken) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;  // of an entry that went away
    const fs::path file = at->path() / kManifestName;
    if (at->is_directory(ignored) && fs::exists(file, ignored)) files.push_back(file);
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    broken.push_back(about(folder, "the plugin folder cannot be read: " + error.message()));
  }
  std::sort(files.begin(), files.end());
  if (const fs::path own = folder / kManifestName; fs::exists(own, error)) {
    files.insert(files.begin(), own);
  }
  return files;
}

// A library, loaded when it is first asked for.
struct Slot {
  std::mutex mutex;
  std::shared_ptr<const Library> library;
};

template <typename Description>
struct Provided {
  const Manifest* plugin;
  const Description* description;
};

// Short name to all that provide it.
template <typename Description>
using Index = std::map<std::string, std::vector<Provided<Description>>>;

template <typename Description>
std::vector<std::string> names_in(const Index<Description>& index, bool full) {
  std::vector<std::string> names;
  for (const auto& [id, provided] : index) {
    if (!full) names.push_back(id);
    if (!full) continue;
    for (const auto& one : provided) names.push_back(one.plugin->plugin.name + "/" + id);
  }
  return names;
}

}  // namespace

struct Registry::State {
  std::vector<fs::path> folders;
  std::vector<Manifest> plugins;
  std::vector<Diagnostic> broken;
  std::vector<Diagnostic> shadowed;
  LogSink log;
  Isolation isolation;
  Index<SamplerDescription> samplers;
  Index<SchedulerDescription> schedulers;
  std::map<const Manifest*, Slot> slots;

  void search() {
    std::set<fs::path> visited;  // a folder may be named twice, and lead to another by a link
    std::map<std::string, std::size_t> by_name;
    for (const fs::path& folder : folders) {
      for (const fs::path& file : manifests_in(folder, broken)) {
        std::error_code error;
        if (visited.insert(fs::weakly_canonical(file, error)).second) add(file, by_name);
      }
    }
    // Only now do the manifests stay where they are.
    for (const Manifest& manifest : plugins) {
      slots[&manifest];
      for (const auto& sampler : manifest.plugin.samplers) {
        samplers[sampler.id].push_back({&manifest, &sampler});
      }
      for (const auto& scheduler : manifest.plugin.schedulers) {
        schedulers[scheduler.id].push_back({&manifest, &scheduler});
      }
    }
  }

  void add(const fs::path& file, std::map<std::string, std::size_t>& by_name) {
    Manifest manifest;
    try {
      manifest = read_manifest(file);
    } catch (const Error& error) {
      broken.insert(broken.end(), error.diagnostics().begin(), error.diagnostics().end());
      return;
    }
    std::error_code error;
    if (!fs::is_regular_file(manifest.library, error)) {
      broken.push_back(about(file, "its library " + manifest.library.string() + " is not there"));
      return;
    }
    const auto [at, is_new] = by_name.emplace(manifest.plugin.name, plugins.size());
    if (is_new) {
      plugins.push_back(std::move(manifest));
    } else {
      shadowed.push_back(about(file, "plugin " + quote(manifest.plugin.name) +
                                         " is not used: found first in " +
                                         plugins[at->second].file.string()));
    }
  }

  // `other` names what has the other index, which somebody may have meant.
  template <typename Description, typename Other>
  Provided<Description> find(const Index<Description>& index, const char* kind,
                             const Index<Other>& other_index, const char* other,
                             const std::string& name) const {
    const std::size_t slash = name.find('/');
    const bool full = slash != std::string::npos;
    const std::string id = full ? name.substr(slash + 1) : name;
    std::vector<Provided<Description>> found;
    if (const auto at = index.find(id); at != index.end()) {
      for (const auto& one : at->second) {
        if (!full || one.plugin->plugin.name == name.substr(0, slash)) found.push_back(one);
      }
    }
    if (found.size() == 1) return found.front();
    if (found.empty()) throw Error(unknown(index, kind, other_index.contains(id), other, name, full));
    std::string message =
        std::string(kind) + " " + quote(name) + " is provided by more than one plugin: ";
    std::vector<std::string> providers;
    for (const auto& one : found) {
      providers.push_back(quote(one.plugin->plugin.name + "/" + id) + " (" + one.plugin->file.string() +
                          ")");
    }
    throw Error(message + listed(providers) + "; write which");
  }

  template <typename Description>
  std::vector<Diagnostic> unknown(const Index<Description>& index, const char* kind, bool is_other,
                                  const char* other, const std::string& name, bool full) const {
    std::string message = "unknown " + std::string(kind) + " " + quote(name);
    const std::vector<std::string> names = names_in(index, full);
    if (is_other) {
      message += ": that is a " + std::string(other);
    } else {
      message += suggestion(name, names);
    }
    if (nearest(name, names).empty()) {
      std::vector<std::string> searched;
      for (const fs::path& folder : folders) searched.push_back(folder.string());
      message += searched.empty() ? "; no folder of plugins is known"
                                  : "; plugins are searched for in " + listed(searched);
    }
    // A plugin that could not be read may be the one that is missed.
    std::vector<Diagnostic> diagnostics = {about({}, message)};
    diagnostics.insert(diagnostics.end(), broken.begin(), broken.end());
    return diagnostics;
  }

  std::shared_ptr<const Library> library(const Manifest& manifest) {
    Slot& slot = slots.at(&manifest);
    const std::lock_guard lock(slot.mutex);
    if (slot.library == nullptr) slot.library = load(manifest);
    return slot.library;
  }

  std::shared_ptr<const Library> load(const Manifest& manifest) const {
    if (manifest.isolated || (isolation.wanted && isolation.wanted(manifest))) {
      return isolated_library(manifest, isolation.settings, log);
    }
    auto library = Library::open(manifest.library, log);
    std::vector<Diagnostic> lies;
    for (const std::string& difference : differences(manifest.plugin, library->description())) {
      lies.push_back(about(manifest.file, difference));
    }
    if (lies.empty()) return library;
    lies.push_back(about(manifest.file, "does not describe " + manifest.library.string() +
                                            "; write it anew with `ksampler describe " +
                                            manifest.library.string() + " --out " +
                                            manifest.file.string() + "`"));
    throw Error(lies);
  }
};

Registry::Registry(std::vector<fs::path> folders, LogSink log, Isolation isolation)
    : state_(std::make_unique<State>()) {
  state_->folders = std::move(folders);
  state_->log = std::move(log);
  state_->isolation = std::move(isolation);
  if (state_->isolation.settings.program.empty())
    state_->isolation.settings.program = isolating_program();
  state_->search();
}

Registry::~Registry() = default;
Registry::Registry(Registry&&) noexcept = default;

const std::vector<fs::path>& Registry::folders() const { return state_->folders; }
const std::vector<Manifest>& Registry::plugins() const { return state_->plugins; }
const std::vector<Diagnostic>& Registry::broken() const { return state_->broken; }
const std::vector<Diagnostic>& Registry::shadowed() const { return state_->shadowed; }

Registry::SamplerRef Registry::sampler(const std::string& name) const {
  const auto found = state_->find(state_->samplers, "sampler", state_->schedulers, "scheduler", name);
  return {found.plugin, found.description};
}

Registry::SchedulerRef Registry::scheduler(const std::string& name) const {
  const auto found = state_->find(state_->schedulers, "scheduler", state_->samplers, "sampler", name);
  return {found.plugin, found.description};
}

SamplerInstance Registry::make_sampler(const std::string& name,
                                       const std::vector<NamedParam>& params) const {
  const SamplerRef ref = sampler(name);
  const auto values = values_for(ref.sampler->params, params, "sampler " + quote(name));
  return state_->library(*ref.plugin)->make_sampler(ref.sampler->id, values);
}

SchedulerInstance Registry::make_scheduler(const std::string& name,
                                           const std::vector<NamedParam>& params) const {
  const SchedulerRef ref = scheduler(name);
  const auto values = values_for(ref.scheduler->params, params, "scheduler " + quote(name));
  return state_->library(*ref.plugin)->make_scheduler(ref.scheduler->id, values);
}

}  // namespace ksampler
