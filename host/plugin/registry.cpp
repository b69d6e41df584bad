#include "host/plugin/registry.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/plugin/params.hpp"

#include <map>
#include <mutex>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

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
  FoundPlugins found;
  LogSink log;
  Isolation isolation;
  Index<SamplerDescription> samplers;
  Index<SchedulerDescription> schedulers;
  Index<GuiderDescription> guiders;
  Index<NoiseDescription> noises;
  std::map<const Manifest*, Slot> slots;

  // `libraries`: those that are loaded already, one for each plugin; or empty.
  void fill(const std::vector<std::shared_ptr<const Library>>& libraries) {
    for (std::size_t i = 0; i < found.plugins.size(); ++i) {
      const Manifest& manifest = found.plugins[i];
      Slot& slot = slots[&manifest];
      if (i < libraries.size()) slot.library = libraries[i];
      for (const auto& sampler : manifest.plugin.samplers) {
        samplers[sampler.id].push_back({&manifest, &sampler});
      }
      for (const auto& scheduler : manifest.plugin.schedulers) {
        schedulers[scheduler.id].push_back({&manifest, &scheduler});
      }
      for (const auto& guider : manifest.plugin.guiders) {
        guiders[guider.id].push_back({&manifest, &guider});
      }
      for (const auto& noise : manifest.plugin.noises) noises[noise.id].push_back({&manifest, &noise});
    }
  }

  template <typename Description>
  Provided<Description> find(const Index<Description>& index, const char* kind,
                             const std::string& name) const {
    const std::size_t slash = name.find('/');
    const bool full = slash != std::string::npos;
    const std::string id = full ? name.substr(slash + 1) : name;
    std::vector<Provided<Description>> matches;
    if (const auto at = index.find(id); at != index.end()) {
      for (const auto& one : at->second) {
        if (!full || one.plugin->plugin.name == name.substr(0, slash)) matches.push_back(one);
      }
    }
    if (matches.size() == 1) return matches.front();
    if (matches.empty()) throw Error(unknown(index, kind, id, name, full));
    std::string message = sentence("{} {} is provided by more than one plugin: ", kind, quote(name));
    std::vector<std::string> providers;
    for (const auto& one : matches) {
      providers.push_back(
          sentence("{} ({})", quote(one.plugin->plugin.name + "/" + id), one.plugin->file));
    }
    throw Error(sentence("{}{}; write which", message, listed(providers)));
  }

  template <typename Description>
  std::vector<Diagnostic> unknown(const Index<Description>& index, const char* kind,
                                  const std::string& id, const std::string& name, bool full) const {
    std::string message = sentence("unknown {} {}", kind, quote(name));
    const std::vector<std::string> names = names_in(index, full);
    if (const std::string other = kind_of(id); !other.empty() && other != kind) {
      message += ": that is a " + other;
    } else if (const std::string inside = what_plugin_has<Description>(name); !inside.empty()) {
      message += ": that is a plugin; " + inside;
    } else {
      message += suggestion(name, names);
    }
    if (nearest(name, names).empty()) {
      std::vector<std::string> searched;
      for (const fs::path& folder : found.folders) searched.push_back(folder.string());
      message += searched.empty() ? "; no folder of plugins is known"
                                  : "; plugins are searched for in " + listed(searched);
    }
    // A plugin that could not be read may be the one that is missed.
    std::vector<Diagnostic> diagnostics = {{{}, message}};
    diagnostics.insert(diagnostics.end(), found.broken.begin(), found.broken.end());
    return diagnostics;
  }

  // What has an id that is not what it was taken for.
  std::string kind_of(const std::string& id) const {
    if (samplers.contains(id)) return "sampler";
    if (schedulers.contains(id)) return "scheduler";
    if (guiders.contains(id)) return "guider";
    return noises.contains(id) ? "noise" : "";
  }

  // "its samplers are res_2s and res_3s", of a plugin that is called `name`.
  template <typename Description>
  std::string what_plugin_has(const std::string& name) const {
    for (const Manifest& manifest : found.plugins) {
      if (manifest.plugin.name != name) continue;
      if constexpr (std::is_same_v<Description, SamplerDescription>) {
        return what_it_has("samplers", manifest.plugin.samplers);
      } else if constexpr (std::is_same_v<Description, SchedulerDescription>) {
        return what_it_has("schedulers", manifest.plugin.schedulers);
      } else if constexpr (std::is_same_v<Description, NoiseDescription>) {
        return what_it_has("noises", manifest.plugin.noises);
      } else {
        return what_it_has("guiders", manifest.plugin.guiders);
      }
    }
    return {};
  }

  template <typename Description>
  static std::string what_it_has(const char* kind, const std::vector<Description>& all) {
    std::vector<std::string> ids;
    for (const Description& each : all) ids.push_back(each.id);
    return ids.empty() ? sentence("it has no {}", kind) : sentence("its {} are {}", kind, listed(ids));
  }

  std::shared_ptr<const Library> library(const Manifest& manifest) {
    Slot& slot = slots.at(&manifest);
    const std::lock_guard lock(slot.mutex);
    if (slot.library == nullptr) slot.library = load(manifest);
    return slot.library;
  }

  std::shared_ptr<const Library> load(const Manifest& manifest) const {
    if (runs_isolated(isolation, manifest)) return isolated_library(manifest, isolation.settings, log);
    auto library = Library::open(manifest.library, log);
    require_true(manifest, library->description());
    return library;
  }
};

bool runs_isolated(const Isolation& isolation, const Manifest& manifest) {
  return manifest.isolated || (isolation.wanted && isolation.wanted(manifest));
}

void require_true(const Manifest& manifest, const PluginDescription& library) {
  std::vector<Diagnostic> lies;
  for (const std::string& difference : differences(manifest.plugin, library)) {
    lies.push_back({{manifest.file.string()}, difference});
  }
  if (lies.empty()) return;
  lies.push_back({{manifest.file.string()},
                  sentence("does not describe {}; write it anew with `ksampler describe {} --out {}`",
                           manifest.library, manifest.library, manifest.file)});
  throw Error(lies);
}

Registry::Registry(std::vector<fs::path> folders, LogSink log, Isolation isolation)
    : Registry(search_plugins(std::move(folders)), std::move(log), std::move(isolation)) {}

Registry::Registry(FoundPlugins found, LogSink log, Isolation isolation,
                   const std::vector<std::shared_ptr<const Library>>& libraries)
    : state_(std::make_unique<State>()) {
  state_->found = std::move(found);
  state_->log = std::move(log);
  state_->isolation = std::move(isolation);
  if (state_->isolation.settings.program.empty())
    state_->isolation.settings.program = isolating_program();
  state_->fill(libraries);
}

Registry::~Registry() = default;
Registry::Registry(Registry&&) noexcept = default;

const std::vector<fs::path>& Registry::folders() const { return state_->found.folders; }
const std::vector<Manifest>& Registry::plugins() const { return state_->found.plugins; }
const std::vector<Diagnostic>& Registry::broken() const { return state_->found.broken; }
const std::vector<Diagnostic>& Registry::shadowed() const { return state_->found.shadowed; }

Registry::SamplerRef Registry::sampler(const std::string& name) const {
  const auto found = state_->find(state_->samplers, "sampler", name);
  return {found.plugin, found.description};
}

Registry::SchedulerRef Registry::scheduler(const std::string& name) const {
  const auto found = state_->find(state_->schedulers, "scheduler", name);
  return {found.plugin, found.description};
}

Registry::GuiderRef Registry::guider(const std::string& name) const {
  const auto found = state_->find(state_->guiders, "guider", name);
  return {found.plugin, found.description};
}

Registry::NoiseRef Registry::noise(const std::string& name) const {
  const auto found = state_->find(state_->noises, "noise", name);
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

GuiderInstance Registry::make_guider(const std::string& name,
                                     const std::vector<NamedParam>& params) const {
  const GuiderRef ref = guider(name);
  const auto values = values_for(ref.guider->params, params, "guider " + quote(name));
  return state_->library(*ref.plugin)->make_guider(ref.guider->id, values);
}

NoiseInstance Registry::make_noise(const std::string& name,
                                   const std::vector<NamedParam>& params) const {
  const NoiseRef ref = noise(name);
  const auto values = values_for(ref.noise->params, params, "noise " + quote(name));
  return state_->library(*ref.plugin)->make_noise(ref.noise->id, values);
}

std::vector<std::string> samplers_around(const Registry& registry) {
  std::vector<std::string> ids;
  for (const Manifest& plugin : registry.plugins()) {
    for (const SamplerDescription& sampler : plugin.plugin.samplers) {
      if (!sampler.inside.empty()) ids.push_back(sampler.id);
    }
  }
  return ids;
}

}  // namespace ksampler
