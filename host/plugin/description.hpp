// What a plugin provides, as plain values: the same whether read from a manifest or from the library.
#ifndef KSAMPLER_PLUGIN_DESCRIPTION_HPP
#define KSAMPLER_PLUGIN_DESCRIPTION_HPP

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace ksampler {

enum class ParamType { number, integer, boolean, choice, numbers };

struct ParamDescription {
  std::string id;
  std::string summary;
  ParamType type = ParamType::number;
  double minimum = 0;
  double maximum = 0;
  double default_value = 0;  // boolean: 0 or 1; choice: an index
  std::vector<std::string> choices;
  bool operator==(const ParamDescription&) const = default;
};

enum class NoiseKind { none, gaussian, brownian, continued };

struct SamplerDescription {
  std::string id;
  std::string title;
  std::string summary;
  std::string source;
  std::uint32_t order = 0;
  bool stochastic = false;
  bool unconditional = false;
  bool drops_penultimate = false;
  bool adaptive = false;
  bool fresh_mask_noise = false;
  bool no_limit = false;
  bool leaves_noise = false;
  bool device_noise = false;
  NoiseKind noise = NoiseKind::none;
  bool fits_additive = true;
  bool fits_flow = true;
  std::uint32_t model_calls = 0;
  std::uint32_t model_calls_second_last = 0;
  std::uint32_t model_calls_last = 0;
  std::string inside;  // the sampler inside of it where none is named; empty: it runs no other
  std::vector<ParamDescription> params;
  bool operator==(const SamplerDescription&) const = default;

  // Model calls of a run of `steps` steps down to sigma 0; 0 where it is not known beforehand.
  std::uint32_t model_calls_for(std::uint32_t steps) const;
};

struct SchedulerDescription {
  std::string id;
  std::string title;
  std::string summary;
  std::string source;
  std::vector<ParamDescription> params;
  bool operator==(const SchedulerDescription&) const = default;
};

// Where a guider stands among the others of a model: see ks/guider.h.
enum class GuiderStage { before, combines, after };

struct GuiderDescription {
  std::string id;
  std::string title;
  std::string summary;
  std::string source;
  GuiderStage stage = GuiderStage::combines;
  bool positive_alone_at_1 = false;
  bool needs_empty = false;
  bool needs_perturbed = false;
  bool needs_second = false;
  bool fits_additive = true;
  bool fits_flow = true;
  std::vector<ParamDescription> params;
  bool operator==(const GuiderDescription&) const = default;
};

// What is said of a guider whose node lacks a prompt: "guider 'perp_neg' needs 'empty_conditioning':
// the conditioning of an empty prompt".
std::string needs_prompt(const std::string& guider, const char* input, const char* prompt);

struct NoiseDescription {
  std::string id;
  std::string title;
  std::string summary;
  std::string source;
  bool unit = false;  // see ks/noise.h
  bool white = false;
  bool by_item = false;
  std::vector<ParamDescription> params;
  bool operator==(const NoiseDescription&) const = default;
};

struct PluginDescription {
  std::string name;
  std::string version;
  std::string licence;
  std::uint32_t abi_major = 0;
  std::uint32_t abi_minor = 0;
  std::vector<SamplerDescription> samplers;
  std::vector<SchedulerDescription> schedulers;
  std::vector<GuiderDescription> guiders;
  std::vector<NoiseDescription> noises;
  bool operator==(const PluginDescription&) const = default;
};

// The value of a parameter as a pipeline sets it: a number, or a list of them.
using ParamValue = std::variant<double, std::vector<double>>;

}  // namespace ksampler

#endif
