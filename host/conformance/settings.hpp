// Parameters that a user sets for all of a validation, in place of their defaults.
#ifndef KSAMPLER_CONFORMANCE_SETTINGS_HPP
#define KSAMPLER_CONFORMANCE_SETTINGS_HPP

#include "host/conformance/check.hpp"
#include "host/conformance/toy_plugin.hpp"

namespace ksampler::conformance {

// Of what is set, that which is a parameter of this sampler, scheduler, guider or noise. Throws
// std::invalid_argument where a value is none that it may have.
toy::Settings settings_for(const Subject& subject, const ks_sampler_info& info);
toy::Settings settings_for(const Subject& subject, const ks_scheduler_info& info);
toy::Settings settings_for(const Subject& subject, const ks_guider_info& info);
toy::Settings settings_for(const Subject& subject, const ks_noise_info& info);

// Throws std::invalid_argument where something is set that nothing of the plugin has.
void require_settings(const Subject& subject);

}  // namespace ksampler::conformance

#endif
