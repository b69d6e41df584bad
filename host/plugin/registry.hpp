// Which plugins there are, found through their manifests; a library is loaded when it is first used.
// Built in main and passed down. Thread rule: any thread after construction.
#ifndef KSAMPLER_PLUGIN_REGISTRY_HPP
#define KSAMPLER_PLUGIN_REGISTRY_HPP

#include "host/base/error.hpp"
#include "host/plugin/isolation/isolated_library.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/manifest.hpp"
#include "host/plugin/plugin_search.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ksampler {

// A parameter that a pipeline sets on a sampler, scheduler, guider or noise, by name.
struct NamedParam {
  std::string id;
  ParamValue value;
};

// Which plugins run in a process of their own: those whose manifest says so, and those that are
// `wanted`.
struct Isolation {
  std::function<bool(const Manifest&)> wanted;
  IsolationSettings settings = {};
};
bool runs_isolated(const Isolation& isolation, const Manifest& manifest);

// Throws Error with each difference between a manifest and what its library says of itself.
void require_true(const Manifest& manifest, const PluginDescription& library);

class Registry {
 public:
  // A broken manifest, or a plugin that is hidden by another, is no error here: see `broken()` and
  // `shadowed()`. `log` takes what plugins log.
  explicit Registry(std::vector<std::filesystem::path> folders, LogSink log = {},
                    Isolation isolation = {});
  // Of plugins that were found already. `libraries`: those that are loaded, in the order of the
  // plugins; null where one is not.
  Registry(FoundPlugins found, LogSink log, Isolation isolation,
           const std::vector<std::shared_ptr<const Library>>& libraries = {});
  ~Registry();
  Registry(Registry&&) noexcept;

  const std::vector<std::filesystem::path>& folders() const;
  const std::vector<Manifest>& plugins() const;
  const std::vector<Diagnostic>& broken() const;
  const std::vector<Diagnostic>& shadowed() const;

  struct SamplerRef {
    const Manifest* plugin;
    const SamplerDescription* sampler;
  };
  struct SchedulerRef {
    const Manifest* plugin;
    const SchedulerDescription* scheduler;
  };

  struct GuiderRef {
    const Manifest* plugin;
    const GuiderDescription* guider;
  };

  struct NoiseRef {
    const Manifest* plugin;
    const NoiseDescription* noise;
  };

  // By short name ("euler", where only one plugin has it) or full name ("k-diffusion/euler"), case as
  // written. Throws Error: unknown (with the nearest, and where was searched), or ambiguous (with both
  // files).
  SamplerRef sampler(const std::string& name) const;
  SchedulerRef scheduler(const std::string& name) const;
  GuiderRef guider(const std::string& name) const;
  NoiseRef noise(const std::string& name) const;

  // Loads the library if need be, compares it with its manifest, and makes the sampler; parameters not
  // named get their defaults. Throws Error.
  SamplerInstance make_sampler(const std::string& name, const std::vector<NamedParam>& params) const;
  SchedulerInstance make_scheduler(const std::string& name,
                                   const std::vector<NamedParam>& params) const;
  GuiderInstance make_guider(const std::string& name, const std::vector<NamedParam>& params) const;
  NoiseInstance make_noise(const std::string& name, const std::vector<NamedParam>& params) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The samplers that run another one inside, by their ids.
std::vector<std::string> samplers_around(const Registry& registry);

// ksampler-isolate beside the program that runs.
std::filesystem::path isolating_program();

// The folder beside the program, whose plugins came with it: see plugin_folders(). Where none is there,
// the places where it would be.
std::vector<std::filesystem::path> installed_plugin_folders();

// $KSAMPLER_PLUGIN_PATH (separated by ':'), then `extra`, then the folder beside the program:
// <bin>/../plugins in a build tree, <bin>/../lib/ksampler/plugins where installed.
std::vector<std::filesystem::path> plugin_folders(const std::vector<std::filesystem::path>& extra);

}  // namespace ksampler

#endif
