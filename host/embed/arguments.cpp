#include "host/embed/arguments.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

namespace ksampler::embed {
namespace {

const ParamDescription* find(const std::vector<ParamDescription>& params, std::string_view id) {
  const auto at = std::find_if(params.begin(), params.end(),
                               [&](const ParamDescription& param) { return param.id == id; });
  return at == params.end() ? nullptr : &*at;
}

double index_of(const ParamDescription& param, std::string_view text, const std::string& what) {
  const auto at = std::find(param.choices.begin(), param.choices.end(), text);
  if (at != param.choices.end()) return static_cast<double>(at - param.choices.begin());
  std::vector<Diagnostic> problem(1);
  problem[0].message = sentence("{}: parameter {} has no choice {}{}", what, quote(param.id),
                                quote(std::string(text)), suggestion(text, param.choices));
  problem[0].kind = Diagnostic::Kind::unknown_choice;
  throw Error(std::move(problem));
}

}  // namespace

std::vector<NamedParam> named_params(const ks_chosen& chosen,
                                     const std::vector<ParamDescription>& params,
                                     const std::string& what) {
  if (chosen.setting_count > 0 && chosen.settings == nullptr) {
    throw BadArgument(what + ": settings are counted and not given");
  }
  std::vector<NamedParam> named;
  for (std::uint32_t i = 0; i < chosen.setting_count; ++i) {
    const ks_setting& setting = chosen.settings[i];
    if (setting.name == nullptr) throw BadArgument(sentence("{}: setting {} has no name", what, i));
    const ParamDescription* const param = find(params, setting.name);
    ParamValue value = setting.number;
    if (param != nullptr && param->type == ParamType::numbers) {
      if (setting.count > 0 && setting.numbers == nullptr) {
        throw BadArgument(
            sentence("{}: {} numbers of {} are not given", what, setting.count, quote(param->id)));
      }
      value = std::vector<double>(setting.numbers, setting.numbers + setting.count);
    } else if (param != nullptr && param->type == ParamType::choice && setting.text != nullptr) {
      value = index_of(*param, setting.text, what);
    } else if (setting.text != nullptr) {
      throw BadArgument(
          sentence("{}: {} is {}; expected a number", what, quote(setting.name), quote(setting.text)));
    }
    named.push_back({setting.name, std::move(value)});
  }
  return named;
}

Chosen chosen_sampler(const Registry& registry, const ks_chosen* given) {
  const ks_chosen chosen = copied(given, "ks_chosen");
  if (chosen.name == nullptr) throw BadArgument("the sampler that is chosen has no name");
  const SamplerDescription& sampler = *registry.sampler(chosen.name).sampler;
  Chosen made{chosen.name,
              named_params(chosen, sampler.params, sentence("sampler {}", quote(sampler.id)))};
  if (chosen.inside != nullptr) {
    made.inside = std::make_shared<const Chosen>(chosen_sampler(registry, chosen.inside));
  }
  return made;
}

}  // namespace ksampler::embed
