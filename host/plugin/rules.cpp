#include "host/plugin/rules.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <ks/version.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>

namespace ksampler {
namespace {

constexpr std::size_t kMaxId = 64;
constexpr double kLargestWhole = 9007199254740992.0;  // 2^53: below it a double holds every integer
constexpr double kUnbounded = std::numeric_limits<double>::max();

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

template <typename Accepts>
std::string id_problem(const char* what, const std::string& id, Accepts accepts, const char* accepted) {
  if (id.empty()) return std::string(what) + " is empty";
  if (id.size() <= kMaxId && std::all_of(id.begin(), id.end(), accepts)) return {};
  return sentence("{} is {}; 1 to 64 {} are accepted", what, quote(id), accepted);
}

// Texts end up on terminals and in lists: one line, well-formed.
std::string text_problem(const char* what, const std::string& text, bool may_be_empty) {
  if (text.empty() && !may_be_empty) return std::string(what) + " is empty";
  if (!is_utf8(text)) return sentence("{} {} is not UTF-8", what, quote(text));
  const bool control =
      std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ') || c == '\x7F'; });
  if (control) return sentence("{} {} holds control characters", what, quote(text));
  return {};
}

template <typename Part>
std::string twice_problem(const char* what, const std::vector<Part>& parts) {
  std::set<std::string> seen;
  for (const Part& part : parts) {
    if (!seen.insert(part.id).second) return sentence("{} {} occurs twice", what, quote(part.id));
  }
  return {};
}

std::string first_of(std::initializer_list<std::string> problems) {
  for (const std::string& problem : problems) {
    if (!problem.empty()) return problem;
  }
  return {};
}

template <typename Described>
std::string titles_problem(const Described& described) {
  return first_of(
      {id_problem(
           "id", described.id, [](char c) { return is_lower(c) || is_digit(c) || c == '_'; },
           "lower case letters, digits and '_'"),
       text_problem("title", described.title, false), text_problem("summary", described.summary, true),
       text_problem("source", described.source, true), twice_problem("parameter", described.params)});
}

std::string choices_problem(const ParamDescription& param) {
  if (param.type != ParamType::choice) {
    return param.choices.empty() ? "" : "has choices, and its type is not choice";
  }
  if (param.choices.empty()) return "is a choice without choices";
  std::set<std::string> seen;
  for (const std::string& choice : param.choices) {
    if (auto problem = text_problem("choice", choice, false); !problem.empty()) return problem;
    if (!seen.insert(choice).second) return sentence("choice {} occurs twice", quote(choice));
  }
  return {};
}

// A single number for a parameter; `what` begins the sentence.
std::string number_problem(const ParamDescription& param, double value, const std::string& what) {
  const bool list = param.type == ParamType::numbers;
  const bool whole = param.type != ParamType::number && !list;
  if (std::isfinite(value) && value >= param.minimum && value <= param.maximum &&
      (!whole || std::trunc(value) == value)) {
    return {};
  }
  return sentence("{} is {}; {} is accepted", what,
                  std::isnan(value) ? "not a number" : number_text(value), range_text(param));
}

}  // namespace

std::string problem(const ParamDescription& param) {
  std::string texts = first_of(
      {id_problem(
           "id", param.id, [](char c) { return is_lower(c) || is_upper(c) || is_digit(c) || c == '_'; },
           "letters, digits and '_'"),
       text_problem("summary", param.summary, true), choices_problem(param)});
  if (!texts.empty()) return texts;
  if (std::isnan(param.minimum) || std::isnan(param.maximum) || !(param.minimum <= param.maximum)) {
    return sentence("minimum {} is above maximum {}", number_text(param.minimum),
                    number_text(param.maximum));
  }
  if (param.type == ParamType::numbers) return {};
  return number_problem(param, param.default_value, "default");
}

std::string problem(const SamplerDescription& sampler) {
  if (auto problem = titles_problem(sampler); !problem.empty()) return problem;
  if (auto problem = text_problem("inside", sampler.inside, true); !problem.empty()) return problem;
  if (!sampler.fits_additive && !sampler.fits_flow) return "fits neither additive noise nor flow";
  return {};
}

std::string problem(const GuiderDescription& guider) {
  if (auto problem = titles_problem(guider); !problem.empty()) return problem;
  if (!guider.fits_additive && !guider.fits_flow) return "fits neither additive noise nor flow";
  return {};
}

std::string problem(const SchedulerDescription& scheduler) { return titles_problem(scheduler); }

std::string problem(const NoiseDescription& noise) { return titles_problem(noise); }

std::string problem(const PluginDescription& plugin) {
  std::string texts = first_of(
      {id_problem(
           "name", plugin.name,
           [](char c) { return is_lower(c) || is_digit(c) || c == '-' || c == '_'; },
           "lower case letters, digits, '-' and '_'"),
       text_problem("version", plugin.version, false), text_problem("licence", plugin.licence, false),
       twice_problem("sampler", plugin.samplers), twice_problem("scheduler", plugin.schedulers),
       twice_problem("guider", plugin.guiders), twice_problem("noise", plugin.noises)});
  if (!texts.empty()) return texts;
  if (plugin.samplers.empty() && plugin.schedulers.empty() && plugin.guiders.empty() &&
      plugin.noises.empty()) {
    return "provides neither a sampler nor a scheduler nor a guider nor a noise";
  }
  for (const GuiderDescription& guider : plugin.guiders) {
    if (!(guider.needs_perturbed || guider.needs_second) || plugin.abi_minor >= 2) continue;
    return sentence("has a guider {} that {}, which came with ABI 1.2; it says {}.{}", quote(guider.id),
                    guider.needs_perturbed ? "needs_perturbed" : "needs_second", plugin.abi_major,
                    plugin.abi_minor);
  }
  return {};
}

std::string library_problem(const std::filesystem::path& library) {
  const bool within = library.is_relative() && library.has_filename() &&
                      std::find(library.begin(), library.end(), "..") == library.end();
  if (!within) {
    return sentence("library is {}; the name of a file in the manifest's folder is wanted",
                    quote(library.string()));
  }
  return text_problem("library", library.string(), false);
}

std::string abi_problem(std::uint32_t major, std::uint32_t minor) {
  if (major == KS_ABI_MAJOR && minor <= KS_ABI_MINOR) return {};
  const auto version = [](std::uint32_t a, std::uint32_t b) {
    return std::to_string(a) + "." + std::to_string(b);
  };
  return sentence("built for plugin ABI {}; this host has ABI {}, and a host of ABI {} is needed",
                  version(major, minor), version(KS_ABI_MAJOR, KS_ABI_MINOR),
                  major == KS_ABI_MAJOR ? version(major, minor) + " or later" : std::to_string(major));
}

std::string value_problem(const ParamDescription& param, const ParamValue& value) {
  const auto* list = std::get_if<std::vector<double>>(&value);
  if ((param.type == ParamType::numbers) != (list != nullptr)) {
    return list != nullptr ? sentence("is a list; {} is accepted", range_text(param))
                           : "is one number; a list of numbers is accepted";
  }
  if (list == nullptr) {
    const std::string problem = number_problem(param, std::get<double>(value), "");
    return problem.empty() ? problem : problem.substr(1);  // without the space after no words
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto problem = number_problem(param, (*list)[i], "element " + std::to_string(i + 1));
    if (!problem.empty()) return problem;
  }
  return {};
}

std::string range_text(const ParamDescription& param) {
  if (param.type == ParamType::boolean) return "true or false";
  if (param.type == ParamType::choice) return "one of " + listed(param.choices);
  const bool whole = param.type == ParamType::integer;
  const double limit = whole ? kLargestWhole : kUnbounded;
  std::string kind = whole ? "a whole number" : "a number";
  const bool below = param.minimum > -limit;
  const bool above = param.maximum < limit;
  if (below && above) {
    return sentence("{} from {} to {}", kind, number_text(param.minimum), number_text(param.maximum));
  }
  if (below) return sentence("{} of at least {}", kind, number_text(param.minimum));
  if (above) return sentence("{} of at most {}", kind, number_text(param.maximum));
  return kind;
}

std::string number_text(double value) {
  char buffer[32];
  // Whole numbers in full: 100 rather than 1e+02.
  const bool whole = std::abs(value) < kLargestWhole && std::trunc(value) == value;
  const auto result = whole ? std::to_chars(buffer, buffer + sizeof buffer, std::int64_t(value))
                            : std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, result.ptr};
}

void normalise(ParamDescription& param) {
  switch (param.type) {
    case ParamType::boolean:
      param.minimum = 0;
      param.maximum = 1;
      break;
    case ParamType::choice:
      param.minimum = 0;
      param.maximum = param.choices.empty() ? 0 : static_cast<double>(param.choices.size() - 1);
      break;
    case ParamType::integer:
      param.minimum = std::max(param.minimum, -kLargestWhole);
      param.maximum = std::min(param.maximum, kLargestWhole);
      break;
    case ParamType::numbers:
      param.default_value = 0;
      [[fallthrough]];
    case ParamType::number:
      // "No bound" has one spelling.
      param.minimum = std::max(param.minimum, -kUnbounded);
      param.maximum = std::min(param.maximum, kUnbounded);
      break;
  }
}

}  // namespace ksampler
