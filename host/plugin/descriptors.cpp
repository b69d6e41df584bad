#include "host/plugin/descriptors.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/plugin/guard.hpp"
#include "host/plugin/rules.hpp"
#include "host/plugin/traits.hpp"

#include <cstring>
#include <utility>

namespace ksampler {
namespace {

// More than anybody means: a count that was never set.
constexpr std::uint32_t kMostDescriptors = 4096;
constexpr std::uint32_t kMostParams = 256;
constexpr std::uint32_t kMostChoices = 1024;
constexpr std::size_t kLongestText = 4096;
constexpr std::uint32_t kLargestStruct = 65536;

// The sizes that the structs have in the version which they came with: those of every plugin have them
// at least. Fields that a later version adds are read where KS_HAS holds.
constexpr std::uint32_t kEntrySize = 64;
constexpr std::uint32_t kFactorySize = 24;
constexpr std::uint32_t kSamplerInfoSize = 80;
constexpr std::uint32_t kSchedulerInfoSize = 56;
constexpr std::uint32_t kGuiderInfoSize = 64;
constexpr std::uint32_t kNoiseInfoSize = 56;
constexpr std::uint32_t kParamSize = 64;

// The checks of one part of a library; `where` is what messages call it.
class Part {
 public:
  Part(const std::string& file, std::string where) : file_(file), where_(std::move(where)) {}

  [[noreturn]] void fail(const std::string& message) const {
    throw Error(Place{file_}, sentence("{} {}", where_, message));
  }

  void refuse(const std::string& problem) const {
    if (!problem.empty()) throw Error(Place{file_}, sentence("{}: {}", where_, problem));
  }

  void check_size(std::uint32_t size, std::uint32_t least, const char* type) const {
    if (size >= least && size <= kLargestStruct) return;
    fail(sentence("says that its {} has {} bytes; at least {} are wanted", type, size, least));
  }

  void check_count(std::uint32_t count, std::uint32_t most, const char* what) const {
    if (count > most) {
      fail(sentence("says that it has {} {}; at most {} are accepted", count, what, most));
    }
  }

  std::string text(const char* text, const char* what) const {
    if (text == nullptr) fail("has a null " + std::string(what));
    const std::size_t length = ::strnlen(text, kLongestText + 1);
    if (length > kLongestText) {
      fail(sentence("has a {} of more than {} bytes", what, kLongestText));
    }
    return {text, length};
  }

  // One of a list of names, by number.
  template <std::size_t N>
  std::uint32_t choice(std::uint32_t value, const char* const (&)[N], const char* what) const {
    if (value >= N) {
      fail(sentence("has the unknown {} {}; known are 0 to {}", what, value, N - 1));
    }
    return value;
  }

  void check_bits(std::uint32_t bits, std::uint32_t known, const char* what) const {
    if ((bits & ~known) != 0) {
      fail(sentence("sets unknown bits in {}: {}", what, bits & ~known));
    }
  }

  Part within(const std::string& where) const { return {file_, sentence("{}, {}", where_, where)}; }

 private:
  std::string file_;
  std::string where_;
};

ParamDescription read_param(const Part& owner, const ks_param* param, std::uint32_t index) {
  Part part = owner.within("parameter " + std::to_string(index));
  if (param == nullptr) part.fail("is null");
  part.check_size(param->size, kParamSize, "ks_param");
  ParamDescription result;
  result.id = part.text(param->id, "id");
  part = owner.within("parameter " + quote(result.id));
  result.summary = part.text(param->summary, "summary");
  result.type = static_cast<ParamType>(part.choice(param->type, kParamTypeNames, "type"));
  result.minimum = param->minimum;
  result.maximum = param->maximum;
  result.default_value = param->default_value;
  if (result.type == ParamType::choice) {
    part.check_count(param->choice_count, kMostChoices, "choices");
    if (param->choice_count > 0 && param->choices == nullptr) part.fail("has null choices");
    for (std::uint32_t i = 0; i < param->choice_count; ++i) {
      result.choices.push_back(part.text(param->choices[i], "choice"));
    }
  }
  normalise(result);
  part.refuse(problem(result));
  return result;
}

std::vector<ParamDescription> read_params(const Part& owner, const ks_param* const* params,
                                          std::uint32_t count) {
  owner.check_count(count, kMostParams, "parameters");
  if (count > 0 && params == nullptr) owner.fail("has a null list of parameters");
  std::vector<ParamDescription> result;
  for (std::uint32_t i = 0; i < count; ++i) result.push_back(read_param(owner, params[i], i));
  return result;
}

// What the descriptors of both kinds begin with. Returns what to say of the rest.
template <typename Description, typename Info>
Part read_head(const std::string& file, const std::string& kind, const Info* info, std::uint32_t index,
               std::uint32_t size, const char* type, Description& result) {
  const Part numbered(file, sentence("{} {}", kind, index));
  if (info == nullptr) numbered.fail("has no descriptor: info returned null");
  numbered.check_size(info->size, size, type);
  result.id = numbered.text(info->id, "id");
  const Part part(file, sentence("{} {}", kind, quote(result.id)));
  result.title = part.text(info->title, "title");
  result.summary = part.text(info->summary, "summary");
  result.source = part.text(info->source, "source");
  return part;
}

SamplerDescription read_info(const std::string& file, const ks_sampler_info* info,
                             std::uint32_t index) {
  SamplerDescription result;
  const Part part =
      read_head(file, "sampler", info, index, kSamplerInfoSize, "ks_sampler_info", result);
  part.check_bits(info->flags, bits_of(kTraits), "flags");
  for (const Trait& trait : kTraits) result.*trait.member = (info->flags & trait.bit) != 0;
  part.check_bits(info->fits, bits_of(kFits), "fits");
  for (const Trait& fit : kFits) result.*fit.member = (info->fits & fit.bit) != 0;
  result.noise = static_cast<NoiseKind>(part.choice(info->noise, kNoiseNames, "noise"));
  result.order = info->order;
  result.model_calls = info->model_calls;
  result.model_calls_second_last = info->model_calls_second_last;
  result.model_calls_last = info->model_calls_last;
  if (KS_HAS(ks_sampler_info, info, inside) && info->inside != nullptr) {
    result.inside = part.text(info->inside, "sampler inside");
    if (result.inside.empty()) part.fail("names an empty sampler inside; null stands for none");
  }
  result.params = read_params(part, info->params, info->param_count);
  part.refuse(problem(result));
  return result;
}

SchedulerDescription read_info(const std::string& file, const ks_scheduler_info* info,
                               std::uint32_t index) {
  SchedulerDescription result;
  const Part part =
      read_head(file, "scheduler", info, index, kSchedulerInfoSize, "ks_scheduler_info", result);
  part.check_bits(info->flags, 0, "flags");
  result.params = read_params(part, info->params, info->param_count);
  part.refuse(problem(result));
  return result;
}

GuiderDescription read_info(const std::string& file, const ks_guider_info* info, std::uint32_t index) {
  GuiderDescription result;
  const Part part = read_head(file, "guider", info, index, kGuiderInfoSize, "ks_guider_info", result);
  part.check_bits(info->flags, bits_of(kGuiderTraits), "flags");
  for (const GuiderTrait& trait : kGuiderTraits) result.*trait.member = (info->flags & trait.bit) != 0;
  part.check_bits(info->fits, bits_of(kGuiderFits), "fits");
  for (const GuiderTrait& fit : kGuiderFits) result.*fit.member = (info->fits & fit.bit) != 0;
  result.stage = static_cast<GuiderStage>(part.choice(info->stage, kStageNames, "stage"));
  result.params = read_params(part, info->params, info->param_count);
  part.refuse(problem(result));
  return result;
}

NoiseDescription read_info(const std::string& file, const ks_noise_info* info, std::uint32_t index) {
  NoiseDescription result;
  const Part part = read_head(file, "noise", info, index, kNoiseInfoSize, "ks_noise_info", result);
  part.check_bits(info->flags, bits_of(kNoiseTraits), "flags");
  for (const NoiseTrait& trait : kNoiseTraits) result.*trait.member = (info->flags & trait.bit) != 0;
  result.params = read_params(part, info->params, info->param_count);
  part.refuse(problem(result));
  return result;
}

template <typename Factory>
const Factory* read_factory(const std::string& file, const ks_plugin& entry, const char* id) {
  const Part part(file, "the factory " + quote(id));
  const Factory* factory = nullptr;
  std::string thrown;
  if (!guarded(thrown, [&] { factory = static_cast<const Factory*>(entry.factory(id)); })) {
    part.fail(thrown);
  }
  if (factory == nullptr) return nullptr;
  part.check_size(factory->size, kFactorySize, "struct");
  part.check_count(factory->count, kMostDescriptors, "descriptors");
  if (factory->count > 0 && (factory->info == nullptr || factory->create == nullptr)) {
    part.fail("has a null function");
  }
  return factory;
}

template <typename Factory, typename Description>
void read_all(const std::string& file, const Factory* factory, const char* what,
              std::vector<Description>& into) {
  for (std::uint32_t i = 0; factory != nullptr && i < factory->count; ++i) {
    decltype(factory->info(i)) info = nullptr;
    std::string thrown;
    if (!guarded(thrown, [&] { info = factory->info(i); })) {
      Part(file, sentence("{} {}: info", what, i)).fail(thrown);
    }
    into.push_back(read_info(file, info, i));
  }
}

}  // namespace

PluginDescription read_entry(const std::string& file, const ks_plugin& entry) {
  // In this order: the size means something only where the version does.
  if (const std::string problem = abi_problem(entry.abi_major, entry.abi_minor); !problem.empty()) {
    throw Error(Place{file}, "is " + problem);
  }
  const Part part(file, "the entry");
  part.check_size(entry.size, kEntrySize, "ks_plugin");
  if (entry.factory == nullptr) part.fail("has no factory function");
  PluginDescription plugin;
  plugin.abi_major = entry.abi_major;
  plugin.abi_minor = entry.abi_minor;
  plugin.name = part.text(entry.name, "name");
  plugin.version = part.text(entry.version, "version");
  plugin.licence = part.text(entry.licence, "licence");
  return plugin;
}

Factories read_factories(const std::string& file, const ks_plugin& entry) {
  return {read_factory<ks_sampler_factory>(file, entry, KS_SAMPLERS_1),
          read_factory<ks_scheduler_factory>(file, entry, KS_SCHEDULERS_1),
          // Of an older plugin nothing is asked that it cannot know.
          entry.abi_minor < 1 ? nullptr : read_factory<ks_guider_factory>(file, entry, KS_GUIDERS_1),
          entry.abi_minor < 1 ? nullptr : read_factory<ks_noise_factory>(file, entry, KS_NOISES_1)};
}

void read_descriptors(const std::string& file, const Factories& factories, PluginDescription& plugin) {
  read_all(file, factories.samplers, "sampler", plugin.samplers);
  read_all(file, factories.schedulers, "scheduler", plugin.schedulers);
  read_all(file, factories.guiders, "guider", plugin.guiders);
  read_all(file, factories.noises, "noise", plugin.noises);
  Part(file, "the plugin").refuse(problem(plugin));
}

}  // namespace ksampler
