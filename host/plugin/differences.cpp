#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/plugin/manifest.hpp"
#include "host/plugin/rules.hpp"
#include "host/plugin/traits.hpp"

#include <map>
#include <string>
#include <utility>

namespace ksampler {
namespace {

// A description taken apart: what each fact is called, and its value as a message shows it. Two
// descriptions are equal where their facts are.
using Facts = std::map<std::string, std::string>;

constexpr char kProvided[] = "provided";

void add_params(Facts& facts, const std::string& owner, const std::vector<ParamDescription>& params) {
  std::vector<std::string> ids;
  for (const ParamDescription& param : params) {
    const std::string of = sentence(" of parameter {} of {}", quote(param.id), owner);
    ids.push_back(param.id);
    facts["the summary" + of] = quote(param.summary);
    facts["the type" + of] = name_of(param.type);
    facts["the minimum" + of] = number_text(param.minimum);
    facts["the maximum" + of] = number_text(param.maximum);
    facts["the default" + of] = number_text(param.default_value);
    facts["the list of choices" + of] = quote(listed(param.choices));
  }
  facts["the list of parameters of " + owner] = quote(listed(ids));
}

template <typename Description>
std::string add_titles(Facts& facts, const char* kind, const Description& description) {
  const std::string owner = sentence("{} {}", kind, quote(description.id));
  const std::string of = " of " + owner;
  facts[owner] = kProvided;
  facts["the title" + of] = quote(description.title);
  facts["the summary" + of] = quote(description.summary);
  facts["the source" + of] = quote(description.source);
  add_params(facts, owner, description.params);
  return of;
}

Facts facts_of(const PluginDescription& plugin) {
  Facts facts;
  facts["the name"] = quote(plugin.name);
  facts["the version"] = quote(plugin.version);
  facts["the licence"] = quote(plugin.licence);
  facts["the ABI"] = std::to_string(plugin.abi_major) + "." + std::to_string(plugin.abi_minor);
  for (const SamplerDescription& sampler : plugin.samplers) {
    const std::string of = add_titles(facts, "sampler", sampler);
    facts["the order" + of] = std::to_string(sampler.order);
    facts["the noise" + of] = name_of(sampler.noise);
    facts["the sampler inside" + of] = quote(sampler.inside);
    facts["the list of traits" + of] = quote(listed(names_of(kTraits, sampler)));
    facts["the list of noisings that fit" + of] = quote(listed(names_of(kFits, sampler)));
    facts["the number of model calls" + of] = sentence(
        "{}, {}, {}", sampler.model_calls, sampler.model_calls_second_last, sampler.model_calls_last);
  }
  for (const SchedulerDescription& scheduler : plugin.schedulers) {
    add_titles(facts, "scheduler", scheduler);
  }
  for (const GuiderDescription& guider : plugin.guiders) {
    const std::string of = add_titles(facts, "guider", guider);
    facts["the stage" + of] = name_of(guider.stage);
    facts["the list of traits" + of] = quote(listed(names_of(kGuiderTraits, guider)));
    facts["the list of noisings that fit" + of] = quote(listed(names_of(kGuiderFits, guider)));
  }
  for (const NoiseDescription& noise : plugin.noises) {
    const std::string of = add_titles(facts, "noise", noise);
    facts["the list of traits" + of] = quote(listed(names_of(kNoiseTraits, noise)));
  }
  return facts;
}

// What only one side provides, in the words "sampler 'euler'", where it is no part of something that
// only that side provides.
void only_in(const Facts& one, const Facts& other, const std::string& sentence_end,
             std::vector<std::string>& sentences) {
  for (const auto& [name, value] : one) {
    if (value == kProvided && !other.contains(name)) sentences.push_back(name + sentence_end);
  }
}

}  // namespace

std::vector<std::string> differences(const PluginDescription& manifest,
                                     const PluginDescription& library) {
  const Facts claimed = facts_of(manifest);
  const Facts actual = facts_of(library);
  std::vector<std::string> sentences;
  only_in(claimed, actual, " is in the manifest, and the library does not provide it", sentences);
  only_in(actual, claimed, " is in the library, and the manifest does not list it", sentences);
  for (const auto& [name, value] : claimed) {
    const auto found = actual.find(name);
    if (found == actual.end() || found->second == value) continue;
    sentences.push_back(
        sentence("{} is {} in the manifest and {} in the library", name, value, found->second));
  }
  return sentences;
}

}  // namespace ksampler
