// Reads what a loaded plugin says of itself, and trusts none of it.
#ifndef KSAMPLER_PLUGIN_DESCRIPTORS_HPP
#define KSAMPLER_PLUGIN_DESCRIPTORS_HPP

#include "host/plugin/description.hpp"

#include <ks/ks.h>

#include <string>

namespace ksampler {

struct Factories {
  const ks_sampler_factory* samplers = nullptr;  // null: none
  const ks_scheduler_factory* schedulers = nullptr;
  const ks_guider_factory* guiders = nullptr;
  const ks_noise_factory* noises = nullptr;
};

// Name, version, licence and ABI: what can be read before init. `file` is for messages. Throws Error.
PluginDescription read_entry(const std::string& file, const ks_plugin& entry);

// Asks for the factories and checks them. Throws Error.
Factories read_factories(const std::string& file, const ks_plugin& entry);

// Adds what the factories provide to `plugin`, and checks the whole. Throws Error that says which
// descriptor is wrong, and how.
void read_descriptors(const std::string& file, const Factories& factories, PluginDescription& plugin);

}  // namespace ksampler

#endif
