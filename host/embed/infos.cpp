#include "host/embed/infos.hpp"

#include <algorithm>

namespace ksampler::embed {
namespace {

std::uint32_t fits_of(bool additive, bool flow) {
  return (additive ? std::uint32_t{KS_FITS_ADDITIVE} : 0U) | (flow ? std::uint32_t{KS_FITS_FLOW} : 0U);
}

std::uint32_t flags_of(const SamplerDescription& sampler) {
  std::uint32_t flags = 0;
  const auto set = [&](bool is, std::uint32_t flag) { flags |= is ? flag : 0U; };
  set(sampler.stochastic, KS_SAMPLER_STOCHASTIC);
  set(sampler.unconditional, KS_SAMPLER_UNCONDITIONAL);
  set(sampler.drops_penultimate, KS_SAMPLER_DROPS_PENULTIMATE);
  set(sampler.adaptive, KS_SAMPLER_ADAPTIVE);
  set(sampler.fresh_mask_noise, KS_SAMPLER_FRESH_MASK_NOISE);
  set(sampler.device_noise, KS_SAMPLER_DEVICE_NOISE);
  set(sampler.no_limit, KS_SAMPLER_NO_LIMIT);
  set(sampler.leaves_noise, KS_SAMPLER_LEAVES_NOISE);
  return flags;
}

std::uint32_t type_of(ParamType type) {
  switch (type) {
    case ParamType::number:
      return KS_PARAM_FLOAT;
    case ParamType::integer:
      return KS_PARAM_INTEGER;
    case ParamType::boolean:
      return KS_PARAM_BOOLEAN;
    case ParamType::choice:
      return KS_PARAM_CHOICE;
    case ParamType::numbers:
      return KS_PARAM_NUMBERS;
  }
  return KS_PARAM_FLOAT;
}

std::uint32_t noise_of(NoiseKind kind) {
  switch (kind) {
    case NoiseKind::none:
      return KS_NOISE_NONE;
    case NoiseKind::gaussian:
      return KS_NOISE_GAUSSIAN;
    case NoiseKind::brownian:
      return KS_NOISE_BROWNIAN;
    case NoiseKind::continued:
      return KS_NOISE_CONTINUED;
  }
  return KS_NOISE_NONE;
}

std::uint32_t stage_of(GuiderStage stage) {
  switch (stage) {
    case GuiderStage::before:
      return KS_GUIDER_BEFORE;
    case GuiderStage::combines:
      return KS_GUIDER_COMBINES;
    case GuiderStage::after:
      return KS_GUIDER_AFTER;
  }
  return KS_GUIDER_COMBINES;
}

// What all descriptors have.
template <typename Info, typename Description>
Info named_as(const Description& description) {
  Info info{};
  info.size = sizeof info;
  info.id = description.id.c_str();
  info.title = description.title.c_str();
  info.summary = description.summary.c_str();
  info.source = description.source.c_str();
  return info;
}

}  // namespace

Infos::Infos(std::shared_ptr<const Registry> registry,
             const std::map<std::string, std::uint64_t>& generation_of)
    : registry_(std::move(registry)) {
  std::vector<const Manifest*> plugins;
  for (const Manifest& manifest : registry_->plugins()) plugins.push_back(&manifest);
  std::sort(plugins.begin(), plugins.end(),
            [](const Manifest* a, const Manifest* b) { return a->plugin.name < b->plugin.name; });
  for (const Manifest* manifest : plugins) {
    const PluginDescription& plugin = manifest->plugin;
    const auto generation = generation_of.find(plugin.name);
    const Origin* const origin = &origins_.emplace_back(Origin{
        plugin.name, plugin.version, generation == generation_of.end() ? 0 : generation->second});
    const auto add = [&](auto& all, auto info, const std::vector<ParamDescription>& declared) {
      const Params params = params_of(declared);
      info.params = params.list;
      info.param_count = params.count;
      origin_of_[&all.emplace_back(info)] = origin;
    };
    for (const SamplerDescription& sampler : plugin.samplers) {
      auto info = named_as<ks_sampler_info>(sampler);
      info.flags = flags_of(sampler);
      info.order = sampler.order;
      info.noise = noise_of(sampler.noise);
      info.fits = fits_of(sampler.fits_additive, sampler.fits_flow);
      info.model_calls = sampler.model_calls;
      info.model_calls_second_last = sampler.model_calls_second_last;
      info.model_calls_last = sampler.model_calls_last;
      info.inside = sampler.inside.empty() ? nullptr : sampler.inside.c_str();
      add(samplers, info, sampler.params);
    }
    for (const SchedulerDescription& scheduler : plugin.schedulers) {
      add(schedulers, named_as<ks_scheduler_info>(scheduler), scheduler.params);
    }
    for (const GuiderDescription& guider : plugin.guiders) {
      auto info = named_as<ks_guider_info>(guider);
      info.flags = (guider.positive_alone_at_1 ? std::uint32_t{KS_GUIDER_POSITIVE_ALONE_AT_1} : 0U) |
                   (guider.needs_empty ? std::uint32_t{KS_GUIDER_NEEDS_EMPTY} : 0U) |
                   (guider.needs_perturbed ? std::uint32_t{KS_GUIDER_NEEDS_PERTURBED} : 0U) |
                   (guider.needs_second ? std::uint32_t{KS_GUIDER_NEEDS_SECOND} : 0U);
      info.stage = stage_of(guider.stage);
      info.fits = fits_of(guider.fits_additive, guider.fits_flow);
      add(guiders, info, guider.params);
    }
    for (const NoiseDescription& noise : plugin.noises) {
      auto info = named_as<ks_noise_info>(noise);
      info.flags = (noise.unit ? std::uint32_t{KS_NOISE_IS_UNIT} : 0U) |
                   (noise.white ? std::uint32_t{KS_NOISE_IS_WHITE} : 0U) |
                   (noise.by_item ? std::uint32_t{KS_NOISE_IS_BY_ITEM} : 0U);
      add(noises, info, noise.params);
    }
  }
}

Infos::Params Infos::params_of(const std::vector<ParamDescription>& declared) {
  if (declared.empty()) return {nullptr, 0};
  std::vector<const ks_param*>& list = lists_.emplace_back();
  for (const ParamDescription& from : declared) {
    ks_param param{};
    param.size = sizeof param;
    param.type = type_of(from.type);
    param.id = from.id.c_str();
    param.summary = from.summary.c_str();
    param.minimum = from.minimum;
    param.maximum = from.maximum;
    param.default_value = from.default_value;
    if (!from.choices.empty()) {
      std::vector<const char*>& choices = choices_.emplace_back();
      for (const std::string& choice : from.choices) choices.push_back(choice.c_str());
      param.choices = choices.data();
      param.choice_count = static_cast<std::uint32_t>(choices.size());
    }
    list.push_back(&params_.emplace_back(param));
  }
  return {list.data(), static_cast<std::uint32_t>(list.size())};
}

const Origin* Infos::origin_of(const void* info) const {
  const auto at = origin_of_.find(info);
  return at == origin_of_.end() ? nullptr : at->second;
}

}  // namespace ksampler::embed
