#include "host/nodes/plugin_inputs.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/nodes/plugin_titles.hpp"

namespace ksampler {
namespace {

InputDecl param_input(const ParamDescription& param) {
  InputDecl input;
  input.name = param.id;
  input.summary = param.summary;
  input.minimum = param.minimum;
  input.maximum = param.maximum;
  switch (param.type) {
    case ParamType::number:
      input.kind = InputKind::number;
      input.default_value = param.default_value;
      break;
    case ParamType::integer:
      input.kind = InputKind::integer;
      input.default_value = static_cast<std::int64_t>(param.default_value);
      break;
    case ParamType::boolean:
      input.kind = InputKind::boolean;
      input.default_value = param.default_value != 0;
      break;
    case ParamType::choice:
      input.kind = InputKind::choice;
      input.choices = param.choices;
      input.default_value = param.choices.at(static_cast<std::size_t>(param.default_value));
      break;
    case ParamType::numbers:
      input.kind = InputKind::numbers;
      input.default_value = std::vector<double>{};
      break;
  }
  return input;
}

void refuse_title(const char* kind, const std::string& name, const std::string& meant) {
  if (!meant.empty()) throw Error(sentence("unknown {} {}; {}", kind, quote(name), meant));
}

}  // namespace

std::vector<InputDecl> param_inputs(const std::vector<ParamDescription>& params) {
  std::vector<InputDecl> inputs;
  for (const ParamDescription& param : params) inputs.push_back(param_input(param));
  return inputs;
}

std::vector<const Manifest*> plugins_of(const Registry& registry, InputKind kind,
                                        const std::string& name) {
  if (kind == InputKind::scheduler) return {registry.scheduler(name).plugin};
  if (kind == InputKind::guider) return {registry.guider(name).plugin};
  if (kind == InputKind::noise) return {registry.noise(name).plugin};
  const Registry::SamplerRef found = registry.sampler(name);
  const std::string& inside = found.sampler->inside;
  if (inside.empty()) return {found.plugin};
  return {found.plugin, registry.sampler(inside).plugin};
}

PluginInputs plugin_inputs(const Registry& registry) {
  std::vector<std::string> plugins;
  for (const Manifest& manifest : registry.plugins()) plugins.push_back(manifest.plugin.name);
  return {[&registry](const std::string& name) {
            try {
              return param_inputs(registry.sampler(name).sampler->params);
            } catch (const Error&) {
              refuse_title("sampler", name, sampler_by_title(registry, name));
              throw;
            }
          },
          [&registry](const std::string& name) {
            try {
              return param_inputs(registry.scheduler(name).scheduler->params);
            } catch (const Error&) {
              refuse_title("scheduler", name, scheduler_by_title(registry, name));
              throw;
            }
          },
          std::move(plugins),
          [&registry](const std::string& name) {
            return param_inputs(registry.guider(name).guider->params);
          },
          [&registry](const std::string& name) {
            return param_inputs(registry.noise(name).noise->params);
          }};
}

}  // namespace ksampler
