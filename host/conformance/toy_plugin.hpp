// A plugin opened through its one symbol, as any host would, and nothing of it checked: see
// host/plugin/library.hpp for the host's own way.
#ifndef KSAMPLER_CONFORMANCE_TOY_PLUGIN_HPP
#define KSAMPLER_CONFORMANCE_TOY_PLUGIN_HPP

#include "host/base/sentence.hpp"

#include <ks/ks.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace ksampler::toy {

// A plugin failed, and did not say why.
class NoMessage : public std::runtime_error {
 public:
  explicit NoMessage(ks_status status)
      : std::runtime_error(sentence("create returned status {} and gave no message", status)) {}
};

// What a plugin is told of its host, and what it says to it. Thread rule: any thread.
class PluginHost {
 public:
  PluginHost();
  PluginHost(const PluginHost&) = delete;

  ks_host abi;
  std::string message() const;
  std::string take_message();

 private:
  mutable std::mutex mutex_;
  std::string message_;
};

struct DestroySampler {
  void operator()(ks_sampler* sampler) const { sampler->destroy(sampler); }
};
struct DestroyScheduler {
  void operator()(ks_scheduler* scheduler) const { scheduler->destroy(scheduler); }
};
struct DestroyGuider {
  void operator()(ks_guider* guider) const { guider->destroy(guider); }
};
struct DestroyNoise {
  void operator()(ks_noise* noise) const { noise->destroy(noise); }
};
using SamplerPtr = std::unique_ptr<ks_sampler, DestroySampler>;
using SchedulerPtr = std::unique_ptr<ks_scheduler, DestroyScheduler>;
using GuiderPtr = std::unique_ptr<ks_guider, DestroyGuider>;
using NoiseSourcePtr = std::unique_ptr<ks_noise, DestroyNoise>;

// Parameters that are set, by name; a list for those of KS_PARAM_NUMBERS.
using Values = std::map<std::string, double>;
using Lists = std::map<std::string, std::vector<double>>;

// What stands in place of defaults.
struct Settings {
  Values values;
  Lists lists;
};

// A loaded plugin, from `init` to `deinit`. Throws std::runtime_error, as all here, with a sentence.
class Plugin {
 public:
  // `host` replaces the usual one, and must outlive the plugin. The code stays mapped afterwards, as
  // with the host, unless `unloads` is set.
  explicit Plugin(const std::filesystem::path& file, const ks_host* host = nullptr,
                  bool unloads = false);
  ~Plugin();
  Plugin(const Plugin&) = delete;

  const ks_plugin& entry() const { return *entry_; }
  const ks_host* host() const { return host_; }
  std::string take_message() const { return own_host_.take_message(); }
  const ks_sampler_factory* samplers() const { return samplers_; }        // null: none
  const ks_scheduler_factory* schedulers() const { return schedulers_; }  // null: none
  const ks_guider_factory* guiders() const { return guiders_; }           // null: none
  const ks_noise_factory* noises() const { return noises_; }              // null: none

 private:
  mutable PluginHost own_host_;
  const ks_host* host_;
  void* library_;
  const ks_plugin* entry_;
  const ks_sampler_factory* samplers_ = nullptr;
  const ks_scheduler_factory* schedulers_ = nullptr;
  const ks_guider_factory* guiders_ = nullptr;
  const ks_noise_factory* noises_ = nullptr;
};

// A sampler of a plugin, which it keeps open.
class Sampler {
 public:
  Sampler(std::shared_ptr<const Plugin> plugin, std::uint32_t index, Settings set = {});

  const ks_sampler_info& info() const { return *plugin_->samplers()->info(index_); }
  const Plugin& plugin() const { return *plugin_; }
  std::uint32_t index() const { return index_; }
  const Values& set_values() const { return set_.values; }
  // What a parameter is where nobody says otherwise.
  double value_of(const ks_param& param) const;

  // Its defaults or what is set in place of them, except for `values`. Throws with the plugin's message
  // where it refuses them.
  SamplerPtr create(const Values& values = {}, const Lists& lists = {}) const;

 private:
  std::shared_ptr<const Plugin> plugin_;
  std::uint32_t index_;
  Settings set_;
};

// A scheduler of a plugin, which it keeps open.
class Scheduler {
 public:
  Scheduler(std::shared_ptr<const Plugin> plugin, std::uint32_t index, Settings set = {});

  const ks_scheduler_info& info() const { return *plugin_->schedulers()->info(index_); }
  const Plugin& plugin() const { return *plugin_; }
  std::uint32_t index() const { return index_; }
  const Values& set_values() const { return set_.values; }
  SchedulerPtr create(const Values& values = {}, const Lists& lists = {}) const;

 private:
  std::shared_ptr<const Plugin> plugin_;
  std::uint32_t index_;
  Settings set_;
};

// A guider of a plugin, which it keeps open.
class Guider {
 public:
  Guider(std::shared_ptr<const Plugin> plugin, std::uint32_t index);

  const ks_guider_info& info() const { return *plugin_->guiders()->info(index_); }
  const Plugin& plugin() const { return *plugin_; }
  std::uint32_t index() const { return index_; }
  GuiderPtr create(const Values& values = {}, const Lists& lists = {}) const;

 private:
  std::shared_ptr<const Plugin> plugin_;
  std::uint32_t index_;
};

// A noise source of a plugin, which it keeps open.
class NoiseSource {
 public:
  NoiseSource(std::shared_ptr<const Plugin> plugin, std::uint32_t index);

  const ks_noise_info& info() const { return *plugin_->noises()->info(index_); }
  NoiseSourcePtr create(const Values& values = {}, const Lists& lists = {}) const;

 private:
  std::shared_ptr<const Plugin> plugin_;
  std::uint32_t index_;
};

std::vector<Sampler> samplers_of(const std::filesystem::path& file);

}  // namespace ksampler::toy

#endif
