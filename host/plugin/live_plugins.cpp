#include "host/plugin/live_plugins.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/plugin/candidate.hpp"

#include <algorithm>
#include <mutex>
#include <thread>
#include <utility>

namespace ksampler {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// The list of what is in use and the snapshot made from it hold each library once.
constexpr long kOwners = 2;

using Live = InUse;

const Live* find(const std::vector<Live>& plugins, const std::string& name) {
  const auto at = std::find_if(plugins.begin(), plugins.end(),
                               [&](const Live& live) { return live.manifest.plugin.name == name; });
  return at == plugins.end() ? nullptr : &*at;
}

// A look at one or all plugins, and what it leads to.
struct Round {
  FoundPlugins found;
  std::vector<Live> next;  // in use afterwards
  std::vector<PluginChange> changes;
  std::vector<Clock::time_point> settled = {};  // one for each change
};

}  // namespace

struct LivePlugins::State {
  std::vector<fs::path> folders;
  Isolation isolation;
  LiveSettings settings;
  LogSink log;

  std::mutex refreshing;                   // held by one refresh as long as it takes
  std::vector<Live> plugins;               // these two under `refreshing`
  std::map<std::string, Refused> refused;  // by manifest file
  Generations generations;
  mutable std::mutex pointing;  // held for a moment
  std::shared_ptr<const Registry> snapshot;

  Admission admission() const { return {isolation, settings, log}; }

  // Those that a round does not look at stay as they are.
  std::vector<PluginChange> refresh(const std::string* only) {
    const std::lock_guard lock(refreshing);
    Round round{.found = search(), .next = {}, .changes = {}};
    if (only != nullptr) require_known(*only, round.found);
    for (const Manifest& manifest : round.found.plugins) {
      const Live* old = find(plugins, manifest.plugin.name);
      if (only == nullptr || *only == manifest.plugin.name) {
        look_at(manifest, old, only != nullptr, round);
      } else if (old != nullptr) {
        round.next.push_back(*old);
      }
    }
    keep_or_remove(only, round);
    report_broken(only, round);
    publish(round);
    std::sort(round.changes.begin(), round.changes.end(),
              [](const auto& a, const auto& b) { return a.plugin < b.plugin; });
    return std::move(round.changes);
  }

  // A build removes a library before it writes the new one: waits for it.
  FoundPlugins search() const {
    const auto end = Clock::now() + settings.patience;
    while (true) {
      FoundPlugins found = search_plugins(folders);
      const bool away = std::any_of(plugins.begin(), plugins.end(), [](const Live& live) {
        std::error_code error;
        return fs::exists(live.manifest.file, error) && !fs::exists(live.manifest.library, error);
      });
      if (!away || Clock::now() > end) return found;
      std::this_thread::sleep_for(settings.quiet);
    }
  }

  void require_known(const std::string& name, const FoundPlugins& found) const {
    std::vector<std::string> names;
    for (const Manifest& manifest : found.plugins) names.push_back(manifest.plugin.name);
    for (const Live& live : plugins) names.push_back(live.manifest.plugin.name);
    if (std::find(names.begin(), names.end(), name) != names.end()) return;
    throw Error(sentence("there is no plugin {}{}", quote(name), suggestion(name, names)));
  }

  void look_at(const Manifest& manifest, const Live* old, bool again, Round& round) {
    const std::string& name = manifest.plugin.name;
    const auto say = [&](PluginChange change, Clock::time_point settled = {}) {
      change.plugin = name;
      round.changes.push_back(std::move(change));
      round.settled.push_back(settled);
    };
    if (old != nullptr && old->is_fixed()) {  // which stands before those of the folders
      round.next.push_back(*old);
      return say({.generation = generations.current(name)});
    }
    Refused& before = refused[manifest.file.string()];
    const bool retry = again && old != nullptr && old->library == nullptr;
    if (old != nullptr && !retry && looks_same(*old, manifest)) {
      before = {};
      round.next.push_back(*old);
      return say({.generation = generations.current(name)});
    }
    if (!again && before.is(manifest)) {
      if (old != nullptr) round.next.push_back(*old);
      return say({.generation = generations.current(name)});
    }
    const Refused as_it_is = Refused::now(manifest);  // what is written during the test is tried again
    try {
      Admitted admitted = admit(manifest, old, admission());
      before = {};
      round.next.push_back(admitted.plugin);
      if (admitted.is_same) return say({.generation = generations.current(name)});
      const std::uint64_t number = generations.next(name);
      round.next.back().number = number;
      say({.kind = old == nullptr ? PluginChange::Kind::added : PluginChange::Kind::swapped,
           .generation = number},
          admitted.settled);
    } catch (const Error& error) {
      before = as_it_is;
      if (old != nullptr) round.next.push_back(*old);
      say({.kind = PluginChange::Kind::refused,
           .generation = generations.current(name),
           .problems = error.diagnostics()});
    }
  }

  void add(const std::shared_ptr<const Library>& library) {
    const std::lock_guard lock(refreshing);
    const PluginDescription& description = library->description();
    if (const Live* other = find(plugins, description.name); other != nullptr) {
      throw Error(sentence("there is a plugin {} already: {}", quote(description.name),
                           other->is_fixed() ? "it was added before" : other->manifest.file.string()));
    }
    Round round{.found = search_plugins(folders), .next = plugins, .changes = {}};
    Live live{.manifest = {.file = {}, .library = library->file(), .plugin = description}, .stamp = {}};
    live.library = library;
    live.number = generations.next(description.name);
    round.next.push_back(std::move(live));
    round.changes.push_back({.plugin = description.name, .kind = PluginChange::Kind::added});
    round.settled.emplace_back();
    publish(round);
  }

  // Of those that were not found: one whose manifest is still there has its library missing, or cannot
  // be read, and stays.
  void keep_or_remove(const std::string* only, Round& round) {
    for (const Live& live : plugins) {
      const std::string& name = live.manifest.plugin.name;
      if (find(round.next, name) != nullptr) continue;
      const bool is_asked = (only == nullptr || *only == name) && !live.is_fixed();
      const bool is_broken = std::any_of(
          round.found.broken.begin(), round.found.broken.end(),
          [&](const Diagnostic& broken) { return broken.place.file == live.manifest.file.string(); });
      if (is_broken || !is_asked) {
        round.next.push_back(live);
        continue;
      }
      round.changes.push_back({.plugin = name, .kind = PluginChange::Kind::removed});
      round.settled.emplace_back();
    }
  }

  // A refusal for each manifest that cannot be used, of a plugin that is in use or of none.
  void report_broken(const std::string* only, Round& round) {
    std::map<std::string, std::vector<Diagnostic>> by_file;
    for (const Diagnostic& broken : round.found.broken) by_file[broken.place.file].push_back(broken);
    for (const auto& [file, problems] : by_file) {
      PluginChange change{.kind = PluginChange::Kind::refused, .problems = problems};
      for (const Live& live : plugins) {
        if (live.manifest.file.string() == file) change.plugin = live.manifest.plugin.name;
      }
      if (only != nullptr && *only != change.plugin) continue;
      change.generation = change.plugin.empty() ? 0 : generations.current(change.plugin);
      Refused& before = refused[file];
      const std::string text = Error(problems).what();
      if (only == nullptr && before.text == text) change.kind = PluginChange::Kind::unchanged;
      before = {.text = text};
      if (change.kind == PluginChange::Kind::unchanged) change.problems.clear();
      round.changes.push_back(std::move(change));
      round.settled.emplace_back();
    }
  }

  // So that a first refresh does not report what was broken all along.
  void report_at_start(const FoundPlugins& found) {
    Round round{.found = found, .next = {}, .changes = {}};
    report_broken(nullptr, round);
  }

  void publish(Round& round) {
    const bool same =
        std::all_of(round.changes.begin(), round.changes.end(), [](const PluginChange& change) {
          return change.kind == PluginChange::Kind::unchanged ||
                 change.kind == PluginChange::Kind::refused;
        });
    for (const PluginChange& change : round.changes) {
      if (change.kind == PluginChange::Kind::removed) generations.remove(change.plugin);
    }
    for (const Live& live : round.next) {
      if (live.number > generations.current(live.manifest.plugin.name)) record(live);
    }
    std::swap(plugins,
              round.next);  // the old ones are let go when the round ends, after the new are out
    if (!same) point_to(std::move(round.found));
    for (std::size_t i = 0; i < round.changes.size(); ++i) {
      if (round.settled[i] != Clock::time_point{})
        round.changes[i].took = Clock::now() - round.settled[i];
    }
  }

  void record(const Live& live) {
    generations.publish({.plugin = live.manifest.plugin.name,
                         .version = live.manifest.plugin.version,
                         .number = live.number,
                         .hash = hash_text(live.hash),
                         .library = live.manifest.library,
                         .current = true,
                         .isolated = runs_isolated(isolation, live.manifest)},
                        live.library, live.why_mapped);
  }

  // The snapshot of `plugins`; `found` says where was searched, and what is broken.
  void point_to(FoundPlugins found) {
    found.plugins.clear();
    std::vector<std::shared_ptr<const Library>> libraries;
    for (const Live& live : plugins) {
      found.plugins.push_back(live.manifest);
      libraries.push_back(live.library);
    }
    std::shared_ptr<const Registry> next =
        std::make_shared<const Registry>(std::move(found), log, isolation, libraries);
    const std::lock_guard lock(pointing);
    snapshot.swap(next);
    // `next`, the old one, may be the last lease of a plugin: it goes when the lock is gone.
  }
};

LivePlugins::LivePlugins(std::vector<fs::path> folders, LogSink log, Isolation isolation,
                         LiveSettings settings)
    : state_(std::make_unique<State>()) {
  state_->folders = std::move(folders);
  state_->log = std::move(log);
  state_->isolation = std::move(isolation);
  state_->settings = settings;
  if (state_->isolation.settings.program.empty())
    state_->isolation.settings.program = isolating_program();

  FoundPlugins found = search_plugins(state_->folders);
  for (const Manifest& manifest : found.plugins) {
    Live live = load_untested(manifest, state_->admission());
    if (live.library != nullptr) {
      live.number = 1;
      state_->record(live);
    }
    state_->plugins.push_back(std::move(live));
  }
  state_->report_at_start(found);
  state_->point_to(std::move(found));
}

LivePlugins::~LivePlugins() = default;

std::shared_ptr<const Registry> LivePlugins::current() const {
  const std::lock_guard lock(state_->pointing);
  return state_->snapshot;
}

void LivePlugins::add(const std::shared_ptr<const Library>& library) { state_->add(library); }

std::vector<PluginChange> LivePlugins::refresh() { return state_->refresh(nullptr); }

PluginChange LivePlugins::swap(const std::string& plugin) {
  for (const PluginChange& change : state_->refresh(&plugin)) {
    if (change.plugin == plugin) return change;
  }
  return {.plugin = plugin, .generation = state_->generations.current(plugin)};
}

std::vector<Generation> LivePlugins::generations() const { return state_->generations.held(kOwners); }

std::vector<RetiredGenerations> LivePlugins::retired() const { return state_->generations.retired(); }

}  // namespace ksampler
