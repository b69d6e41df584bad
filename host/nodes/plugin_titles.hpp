// Samplers and schedulers by the names that other programs show: "DPM++ 2M", "Euler a", "DPM++ 2M
// Karras".
#ifndef KSAMPLER_NODES_PLUGIN_TITLES_HPP
#define KSAMPLER_NODES_PLUGIN_TITLES_HPP

#include "host/plugin/registry.hpp"

#include <string>

namespace ksampler {

// What a person means who writes a title where the name of a sampler belongs: "that is the title of
// 'dpmpp_2m'". Empty where no title is like it.
std::string sampler_by_title(const Registry& registry, const std::string& title);
std::string scheduler_by_title(const Registry& registry, const std::string& title);

}  // namespace ksampler

#endif
