// Everything that a plugin provides, used once.
#ifndef KSAMPLER_CONFORMANCE_EXERCISE_HPP
#define KSAMPLER_CONFORMANCE_EXERCISE_HPP

#include "host/conformance/toy_plugin.hpp"

namespace ksampler::conformance {

// Makes each sampler and scheduler, lets it do a short run, and destroys it. What they answer is no
// matter here. Everything is destroyed when it returns; the plugin goes with the last pointer to it.
void exercise(const std::shared_ptr<const toy::Plugin>& plugin);

}  // namespace ksampler::conformance

#endif
