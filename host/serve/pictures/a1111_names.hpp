// What AUTOMATIC1111's web UI calls samplers and schedulers: "DPM++ 2M Karras" is dpmpp_2m on karras.
#ifndef KSAMPLER_SERVE_PICTURES_A1111_NAMES_HPP
#define KSAMPLER_SERVE_PICTURES_A1111_NAMES_HPP

#include <optional>
#include <string>
#include <vector>

namespace ksampler {

struct SamplerAndScheduler {
  std::string sampler;
  std::optional<std::string> scheduler = {};  // where the name has one in it
};

// `known`: the samplers of the plugins. A name of the web UI's, whatever its case, or one of `known`.
// Throws Error whose message has the nearest.
SamplerAndScheduler a1111_sampler(const std::string& name, const std::vector<std::string>& known);
// None: "Automatic", which leaves the pipeline's. Throws Error likewise.
std::optional<std::string> a1111_scheduler(const std::string& name,
                                           const std::vector<std::string>& known);

// What the web UI calls it; where it has no name for it, as it is.
std::string a1111_sampler_label(const std::string& sampler);
std::string a1111_scheduler_label(const std::string& scheduler);

}  // namespace ksampler

#endif
