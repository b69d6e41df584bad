// Everything that a plugin provides, used once.
#ifndef KSAMPLER_CONFORMANCE_EXERCISE_HPP
#define KSAMPLER_CONFORMANCE_EXERCISE_HPP

#include "host/conformance/toy_plugin.hpp"

#include <memory>
#include <string>

namespace ksampler::conformance {

// Makes each sampler and scheduler, lets it do a short run, and destroys it; everything is destroyed
// when it returns, and the plugin goes with the last pointer to it. What is wrong with a sampler's run,
// or an empty string: a scheduler may refuse a model.
std::string exercise(const std::shared_ptr<const toy::Plugin>& plugin);

}  // namespace ksampler::conformance

#endif
