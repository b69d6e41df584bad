// What a description must keep to, wherever it comes from. Each function gives the first problem as a
// sentence, or an empty string; parts within (a sampler's parameters) are asked one by one.
#ifndef KSAMPLER_PLUGIN_RULES_HPP
#define KSAMPLER_PLUGIN_RULES_HPP

#include "host/plugin/description.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace ksampler {

std::string problem(const ParamDescription& param);
std::string problem(const SamplerDescription& sampler);
std::string problem(const GuiderDescription& guider);
std::string problem(const NoiseDescription& noise);
std::string problem(const SchedulerDescription& scheduler);
std::string problem(const PluginDescription& plugin);

// Of the file that a manifest names, beside it.
std::string library_problem(const std::filesystem::path& library);

// Why this host cannot load a plugin of this ABI: "built for plugin ABI 2.0; this host ..."; or empty.
std::string abi_problem(std::uint32_t major, std::uint32_t minor);

// What is wrong with `value` for a parameter: "is 7; 0 to 1 is accepted".
std::string value_problem(const ParamDescription& param, const ParamValue& value);

// "0 to 1", "at least 0", "any number": as messages put a parameter's range.
std::string range_text(const ParamDescription& param);

// A number as people and TOML write it, the shortest that reads back equal: "1", "0.5", "1e-07".
std::string number_text(double value);

// Sets the bounds that a type implies: of booleans, choices and integers. Done to every description
// that is read, so that equal ones compare equal.
void normalise(ParamDescription& param);

}  // namespace ksampler

#endif
