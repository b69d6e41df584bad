#include "host/serve/served_plugins.hpp"

#include <algorithm>

namespace ksampler {
namespace {

// Sets of isolated plugins that are kept loaded.
constexpr std::size_t kMostSets = 4;

template <typename Description>
std::vector<std::string> ids_of(const std::vector<Description>& descriptions) {
  std::vector<std::string> ids;
  for (const Description& each : descriptions) ids.push_back(each.id);
  return ids;
}

}  // namespace

ServedPlugins::ServedPlugins(std::vector<std::filesystem::path> folders, Isolation isolation,
                             LogSink log, LiveSettings settings)
    : folders_(std::move(folders)),
      isolation_(std::move(isolation)),
      log_(std::move(log)),
      settings_(settings),
      live_(load({})) {}

std::unique_ptr<LivePlugins> ServedPlugins::load(const std::vector<std::string>& isolated) const {
  Isolation isolation = isolation_;
  isolation.wanted = [isolated, wanted = isolation_.wanted](const Manifest& manifest) {
    const auto is_meant = [&](const std::string& name) {
      return name == "all" || name == manifest.plugin.name;
    };
    return std::any_of(isolated.begin(), isolated.end(), is_meant) || (wanted && wanted(manifest));
  };
  return std::make_unique<LivePlugins>(folders_, log_, isolation, settings_);
}

std::shared_ptr<const Registry> ServedPlugins::current(const std::vector<std::string>& isolated) {
  if (isolated.empty()) return live_->current();
  std::vector<std::string> names = isolated;
  std::sort(names.begin(), names.end());
  const std::lock_guard lock(mutex_);
  std::shared_ptr<LivePlugins>& live = isolating_[names];
  if (live == nullptr) live = load(names);
  const auto registry = live->current();
  if (isolating_.size() > kMostSets) {  // whichever: it is loaded again when it is wanted
    isolating_.erase(isolating_.begin()->first == names ? std::next(isolating_.begin())
                                                        : isolating_.begin());
  }
  return registry;
}

std::vector<PluginView> ServedPlugins::views() const {
  const auto registry = live_->current();
  std::map<std::string, Generation> generations;
  for (const Generation& each : live_->generations()) {
    if (each.current) generations[each.plugin] = each;
  }
  std::vector<PluginView> views;
  const std::lock_guard lock(mutex_);
  for (const Manifest& manifest : registry->plugins()) {
    PluginView view;
    view.name = manifest.plugin.name;
    view.version = manifest.plugin.version;
    view.library = manifest.library.string();
    view.samplers = ids_of(manifest.plugin.samplers);
    view.schedulers = ids_of(manifest.plugin.schedulers);
    view.guiders = ids_of(manifest.plugin.guiders);
    view.noises = ids_of(manifest.plugin.noises);
    if (const auto at = generations.find(view.name); at != generations.end()) {
      view.hash = at->second.hash;
      view.generation = at->second.number;
      view.isolated = at->second.isolated;
    }
    if (const auto at = refused_.find(view.name); at != refused_.end()) view.refused = at->second;
    views.push_back(std::move(view));
  }
  return views;
}

std::vector<Diagnostic> ServedPlugins::problems() const {
  const auto registry = live_->current();
  std::vector<Diagnostic> problems = registry->broken();
  problems.insert(problems.end(), registry->shadowed().begin(), registry->shadowed().end());
  return problems;
}

void ServedPlugins::remember(const PluginChange& change) {
  if (change.kind == PluginChange::Kind::unchanged) return;
  const std::lock_guard lock(mutex_);
  refused_.erase(change.plugin);
  if (change.kind == PluginChange::Kind::refused) refused_[change.plugin] = change.problems;
  isolating_.clear();  // loaded anew, with what has changed
}

std::vector<PluginChange> ServedPlugins::refresh() {
  std::vector<PluginChange> changes = live_->refresh();
  for (const PluginChange& change : changes) remember(change);
  return changes;
}

PluginChange ServedPlugins::swap(const std::string& plugin) {
  PluginChange change = live_->swap(plugin);
  remember(change);
  return change;
}

}  // namespace ksampler
