// From the parameters that a pipeline names to the values that `create` wants.
#ifndef KSAMPLER_PLUGIN_PARAMS_HPP
#define KSAMPLER_PLUGIN_PARAMS_HPP

#include "host/base/error.hpp"
#include "host/plugin/description.hpp"
#include "host/plugin/registry.hpp"

#include <string>
#include <vector>

namespace ksampler {

// One value for each declared parameter, in order; those not named get their defaults. Throws Error
// with all that is wrong: unknown names, names that occur twice, values outside the range. `what`
// begins each message: "sampler 'euler'".
std::vector<ParamValue> values_for(const std::vector<ParamDescription>& declared,
                                   const std::vector<NamedParam>& named, const std::string& what);

}  // namespace ksampler

#endif
