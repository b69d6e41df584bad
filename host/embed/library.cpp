#include "host/embed/library.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/embed/arguments.hpp"
#include "host/embed/isolated.hpp"
#include "host/session/sigmas.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace ksampler;
using namespace ksampler::embed;

namespace {

LogSink log_of(const ks_library_settings& settings) {
  if (settings.log == nullptr) return {};
  return [log = settings.log, context = settings.log_context](
             std::uint32_t level, std::string_view plugin, std::string_view line) {
    log(context, level, std::string(plugin).c_str(), std::string(line).c_str());
  };
}

std::uint32_t kind_of(PluginChange::Kind kind) {
  switch (kind) {
    case PluginChange::Kind::unchanged:
      return KS_PLUGIN_UNCHANGED;
    case PluginChange::Kind::swapped:
      return KS_PLUGIN_SWAPPED;
    case PluginChange::Kind::added:
      return KS_PLUGIN_ADDED;
    case PluginChange::Kind::removed:
      return KS_PLUGIN_REMOVED;
    case PluginChange::Kind::refused:
      return KS_PLUGIN_REFUSED;
  }
  return KS_PLUGIN_UNCHANGED;
}

// The descriptor at an index, or null past the last.
template <typename Info>
const Info* at(const ks_library* library, const std::deque<Info> Infos::*all, std::uint32_t index) {
  if (library == nullptr || index >= ((*library->infos).*all).size()) return nullptr;
  return &((*library->infos).*all)[index];
}

}  // namespace

void ks_library::read_infos() {
  std::map<std::string, std::uint64_t> generations;
  for (const Generation& generation : plugins->generations()) {
    if (generation.current) generations[generation.plugin] = generation.number;
  }
  infos = std::make_unique<const Infos>(plugins->current(), generations);
  broken.clear();
  const auto add = [this](const std::string& line) { broken += (broken.empty() ? "" : "\n") + line; };
  for (const Diagnostic& problem : plugins->current()->broken()) add(problem.text());
  for (const auto& [plugin, reason] : refused) add(reason);
}

ks_library& ksampler::embed::checked(ks_library* library) {
  if (library == nullptr) throw BadArgument("the library is null");
  return *library;
}

ks_status ks_library_new(const ks_library_settings* given, ks_library** library) {
  return answered([&] {
    if (library == nullptr) throw BadArgument("there is no place for the library");
    *library = nullptr;
    const ks_library_settings settings =
        given == nullptr ? ks_library_settings{} : copied(given, "ks_library_settings");
    const std::vector<std::string> folders =
        names_in(settings.folders, settings.folder_count, "a folder");
    const std::vector<std::string> isolated =
        names_in(settings.isolate, settings.isolate_count, "a plugin that is to be isolated");
    Isolation isolation = isolation_of(isolated, settings.isolating_program);
    if (settings.isolation_limit > 0) {
      isolation.settings.limit = std::chrono::milliseconds(settings.isolation_limit);
    }
    auto made = std::make_unique<ks_library>();
    made->log = log_of(settings);
    made->plugins = std::make_unique<LivePlugins>(
        std::vector<std::filesystem::path>(folders.begin(), folders.end()), made->log,
        std::move(isolation));
    made->read_infos();
    check_isolated(isolated, *made->plugins->current());
    *library = made.release();
  });
}

void ks_library_free(ks_library* library) { delete library; }

ks_status ks_library_load(ks_library* given, const char* file) {
  return answered([&] {
    ks_library& library = checked(given);
    if (file == nullptr) throw BadArgument("the file is null");
    library.plugins->add(Library::open(file, library.log));
    library.read_infos();
  });
}

ks_status ks_library_add(ks_library* given, const ks_plugin* entry) {
  return answered([&] {
    ks_library& library = checked(given);
    if (entry == nullptr) throw BadArgument("the entry is null");
    library.plugins->add(Library::of_entry(*entry, library.log));
    library.read_infos();
  });
}

ks_status ks_library_refresh(ks_library* given,
                             void (*changed)(void* context, const ks_plugin_change* change),
                             void* context) {
  return answered([&] {
    ks_library& library = checked(given);
    const std::vector<PluginChange> changes = library.plugins->refresh();
    for (const PluginChange& change : changes) {
      if (change.kind == PluginChange::Kind::refused && !change.plugin.empty()) {
        library.refused[change.plugin] = Error(change.problems).what();
      } else if (change.kind != PluginChange::Kind::unchanged) {
        library.refused.erase(change.plugin);
      }
    }
    library.read_infos();
    if (changed == nullptr) return;
    for (const PluginChange& change : changes) {
      const std::string reason = change.problems.empty() ? "" : Error(change.problems).what();
      const ks_plugin_change told{.size = sizeof(ks_plugin_change),
                                  .kind = kind_of(change.kind),
                                  .plugin = change.plugin.c_str(),
                                  .reason = reason.c_str(),
                                  .generation = change.generation,
                                  .seconds = change.took.count()};
      changed(context, &told);
    }
  });
}

const ks_sampler_info* ks_library_sampler(const ks_library* library, uint32_t index) {
  return at(library, &Infos::samplers, index);
}
const ks_scheduler_info* ks_library_scheduler(const ks_library* library, uint32_t index) {
  return at(library, &Infos::schedulers, index);
}
const ks_guider_info* ks_library_guider(const ks_library* library, uint32_t index) {
  return at(library, &Infos::guiders, index);
}
const ks_noise_info* ks_library_noise(const ks_library* library, uint32_t index) {
  return at(library, &Infos::noises, index);
}

const char* ks_library_plugin_of(const ks_library* library, const void* info, const char** version,
                                 uint64_t* generation) {
  const Origin* const origin = library == nullptr ? nullptr : library->infos->origin_of(info);
  if (origin == nullptr) return nullptr;
  if (version != nullptr) *version = origin->version.c_str();
  if (generation != nullptr) *generation = origin->generation;
  return origin->plugin.c_str();
}

const char* ks_library_broken(const ks_library* library) {
  return library == nullptr ? "" : library->broken.c_str();
}

ks_status ks_sigmas(ks_library* given, const ks_chosen* chosen, uint32_t steps, double denoise,
                    const char* sampler, const ks_model_sampling* model, double* sigmas, uint32_t room,
                    uint32_t* count) {
  return answered([&] {
    ks_library& library = checked(given);
    if (model == nullptr) throw BadArgument("the model's noise levels are null");
    if (count == nullptr || (room > 0 && sigmas == nullptr)) {
      throw BadArgument("there is no place for the sigmas");
    }
    const std::shared_ptr<const Registry> registry = library.plugins->current();
    const ks_chosen scheduler = copied(chosen, "ks_chosen");
    if (scheduler.name == nullptr) throw BadArgument("the scheduler that is chosen has no name");
    const SchedulerDescription& description = *registry->scheduler(scheduler.name).scheduler;
    const SchedulerInstance instance = registry->make_scheduler(
        scheduler.name,
        named_params(scheduler, description.params, "scheduler '" + description.id + "'"));
    const bool drops = sampler != nullptr && registry->sampler(sampler).sampler->drops_penultimate;
    const std::vector<double> made =
        schedule_sigmas(instance, ScheduleTask(model), steps, denoise, drops);
    std::copy_n(made.begin(), std::min<std::size_t>(made.size(), room), sigmas);
    *count = static_cast<std::uint32_t>(made.size());
  });
}
