// LiteralReader: inputs that name a sampler, scheduler, guider or noise, and set its parameters.
#include "host/base/sentence.hpp"
#include "host/graph/literal_reader.hpp"

#include "host/base/text.hpp"
#include "host/graph/wording.hpp"

#include <algorithm>

namespace ksampler {
namespace {

using ParamValue = std::variant<double, std::vector<double>>;

// A plugin takes numbers: a boolean is 0 or 1, a choice the index of what was chosen.
ParamValue param_value(const Literal& literal, const InputDecl& param) {
  if (const auto* flag = std::get_if<bool>(&literal)) return *flag ? 1.0 : 0.0;
  if (const auto* integer = std::get_if<std::int64_t>(&literal)) return static_cast<double>(*integer);
  if (const auto* numbers = std::get_if<std::vector<double>>(&literal)) return *numbers;
  if (const auto* choice = std::get_if<std::string>(&literal)) {
    const auto at = std::find(param.choices.begin(), param.choices.end(), *choice);
    return static_cast<double>(at - param.choices.begin());
  }
  return std::get<double>(literal);
}

std::string one_line(const Error& error) {
  std::string text;
  for (const Diagnostic& diagnostic : error.diagnostics())
    text += (text.empty() ? "" : "; ") + diagnostic.text();
  return text;
}

}  // namespace

const std::function<std::vector<InputDecl>(const std::string&)>& LiteralReader::lookup_of(
    InputKind kind) const {
  if (kind == InputKind::sampler) return plugins_.sampler;
  if (kind == InputKind::scheduler) return plugins_.scheduler;
  const auto& lookup = kind == InputKind::guider ? plugins_.guider : plugins_.noise;
  if (lookup == nullptr) throw Error(sentence("no {}s are known", kind_name(kind)));
  return lookup;
}

std::optional<Literal> LiteralReader::read_plugin(const YamlNode& value, const InputDecl& input,
                                                  const InputSubject& subject) {
  const YamlNode* name = &value;
  if (value.kind == YamlNode::Kind::map) {
    const YamlEntry* entry = value.find("name");
    if (entry == nullptr) {
      diagnostics_.push_back(
          about(subject, Diagnostic::Kind::wrong_type, value.place,
                sentence("{} has no 'name'; it takes {}", subject.text, accepts(input))));
      return std::nullopt;
    }
    name = entry->value.get();
  }
  if (name->kind != YamlNode::Kind::scalar || name->text.empty() || is_link(*name)) {
    complain(*name, input, subject);
    return std::nullopt;
  }

  PluginChoice choice{plain_text(*name), {}};
  std::vector<InputDecl> params;
  try {
    params = lookup_of(input.kind)(choice.name);
  } catch (const Error& error) {
    diagnostics_.push_back(about(subject, Diagnostic::Kind::unknown_choice, name->place,
                                 sentence("{}: {}", subject.text, one_line(error))));
    return std::nullopt;
  }
  const std::size_t errors = diagnostics_.size();
  for (const YamlEntry& entry : value.entries) {
    if (entry.key != "name")
      read_param(entry, params,
                 reworded(subject, sentence("{} {}", kind_name(input.kind), quote(choice.name))),
                 choice);
  }
  if (diagnostics_.size() > errors) return std::nullopt;
  return choice;
}

void LiteralReader::read_param(const YamlEntry& entry, const std::vector<InputDecl>& params,
                               const InputSubject& owner, PluginChoice& choice) {
  const auto param = std::find_if(params.begin(), params.end(),
                                  [&](const InputDecl& each) { return each.name == entry.key; });
  if (param == params.end()) {
    std::vector<std::string> names;
    for (const InputDecl& each : params) names.push_back(each.name);
    diagnostics_.push_back(
        about(owner, Diagnostic::Kind::unknown_input, entry.place,
              sentence("{} has no parameter {}{}", owner.text, quote(entry.key),
                       names.empty() ? ": it has none" : suggestion(entry.key, names))));
    return;
  }
  const auto literal =
      read(*entry.value, *param, reworded(owner, sentence("{} of {}", quote(entry.key), owner.text)));
  if (literal) choice.params.emplace_back(entry.key, param_value(*literal, *param));
}

}  // namespace ksampler
