#include "host/serve/comfy/object_info.hpp"

#include "host/base/lower_case.hpp"
#include "host/graph/comfy/editor_widgets.hpp"
#include "host/graph/comfy/input_names.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>

namespace ksampler::comfy {
namespace {

// An editor takes 2048 where a number has no largest value.
constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
constexpr double kNumberStep = 0.01;

// What ComfyUI calls nodes that it doesn't call by their types: by these words its users look for them.
const std::map<std::string, std::string>& own_names() {
  static const std::map<std::string, std::string> names = {
      {"CLIPLoader", "Load CLIP"},
      {"CLIPTextEncode", "CLIP Text Encode (Prompt)"},
      {"CLIPVisionLoader", "Load CLIP Vision"},
      {"CheckpointLoaderSimple", "Load Checkpoint"},
      {"ConditioningCombine", "Conditioning (Combine)"},
      {"ConditioningConcat", "Conditioning (Concat)"},
      {"ConditioningSetArea", "Conditioning (Set Area)"},
      {"ConditioningSetMask", "Conditioning (Set Mask)"},
      {"ImageBatch", "Batch Images"},
      {"ImageInvert", "Invert Image"},
      {"ImagePadForOutpaint", "Pad Image for Outpainting"},
      {"ImageScale", "Upscale Image"},
      {"ImageScaleBy", "Upscale Image By"},
      {"ImageToMask", "Convert Image to Mask"},
      {"KSamplerAdvanced", "KSampler (Advanced)"},
      {"LatentUpscale", "Upscale Latent"},
      {"LatentUpscaleBy", "Upscale Latent By"},
      {"LoadImageMask", "Load Image (as Mask)"},
      {"LoraLoader", "Load LoRA"},
      {"StyleModelApply", "Apply Style Model"},
      {"StyleModelLoader", "Load Style Model"},
      {"UNETLoader", "Load Diffusion Model"},
      {"VAELoader", "Load VAE"}};
  return names;
}

// The prompt of a node that encodes it, and texts that are put together: more than a line.
bool is_long_text(const NodeDecl& decl, const InputDecl& input) {
  const bool encodes = std::ranges::any_of(decl.inputs, [](const InputDecl& each) {
    return each.kind == InputKind::link && each.type == "CLIP";
  });
  const bool works_on_texts = decl.type.ends_with("Multiline") || decl.type.starts_with("String");
  return input.kind == InputKind::text && (encodes || works_on_texts);
}

bool is_prompt(const NodeDecl& decl, const InputDecl& input) {
  return is_long_text(decl, input) && !decl.type.starts_with("String");
}

Json default_json(const Literal& literal) {
  if (const auto* flag = std::get_if<bool>(&literal)) return *flag;
  if (const auto* integer = std::get_if<std::int64_t>(&literal)) return *integer;
  if (const auto* seed = std::get_if<std::uint64_t>(&literal)) return *seed;
  if (const auto* number = std::get_if<double>(&literal)) return *number;
  if (const auto* text = std::get_if<std::string>(&literal)) return *text;
  return nullptr;
}

Json integer_limit(double limit) {
  if (std::isinf(limit)) return limit < 0 ? -kLargest : kLargest;
  return static_cast<std::int64_t>(limit);
}

Json number_limit(double limit) {
  constexpr double kFar = 1e18;
  return std::isinf(limit) ? std::copysign(kFar, limit) : limit;
}

Json list_spec(const std::vector<std::string>& names, Json options) {
  return Json::array({names, std::move(options)});
}

// With what most take for a beginning, where it is there.
Json plugin_spec(const std::vector<std::string>& names, const char* usual, Json options) {
  if (std::ranges::find(names, usual) != names.end()) options["default"] = usual;
  return list_spec(names, std::move(options));
}

Json file_spec(const NodeDecl& decl, const InputDecl& input, Choices& choices, Json options) {
  if (input.folders.empty()) {
    options["default"] = "";
    return Json::array({"STRING", std::move(options)});
  }
  if (reads_pictures(decl, input)) options["image_upload"] = true;
  return list_spec(choices.files(decl, input), std::move(options));
}

Json integer_spec(const InputDecl& input, Json options) {
  options["min"] = integer_limit(input.minimum);
  options["max"] = integer_limit(input.maximum);
  if (input.multiple_of > 1) options["step"] = static_cast<std::int64_t>(input.multiple_of);
  if (input.controlled) options["control_after_generate"] = true;
  return Json::array({"INT", std::move(options)});
}

Json seed_spec(Json options) {
  options["min"] = 0;
  options["max"] = std::numeric_limits<std::uint64_t>::max();
  options["control_after_generate"] = true;
  return Json::array({"INT", std::move(options)});
}

Json number_spec(const InputDecl& input, Json options) {
  options["min"] = number_limit(input.minimum);
  options["max"] = number_limit(input.maximum);
  options["step"] = kNumberStep;
  options["round"] = false;
  return Json::array({"FLOAT", std::move(options)});
}

Json text_spec(const NodeDecl& decl, const InputDecl& input, Json options) {
  if (!options.contains("default")) options["default"] = "";
  if (is_long_text(decl, input)) options["multiline"] = true;
  if (is_prompt(decl, input)) options["dynamicPrompts"] = true;
  return Json::array({"STRING", std::move(options)});
}

// Texts are written into a CustomCombo in the page, which adds their fields and the number of the
// chosen one: with a declared field for that, it goes in circles and loads no workflow that has the
// node.
bool is_of_page(const NodeDecl& decl, const InputDecl& input) {
  return decl.type == "CustomCombo" && input.name == "index";
}

// Whether inputs of the node are there for some values of this one alone.
bool decides(const NodeDecl& decl, const InputDecl& input) {
  return std::ranges::find(decl.inputs, input.name, &InputDecl::depends_on) != decl.inputs.end();
}

// A choice, with the inputs that each value of it brings: the page keeps the values of those alone, in
// the choice's place. It puts "resize_type." before their names.
Json deciding_spec(const NodeDecl& decl, const InputDecl& input, Choices& choices) {
  Json options = Json::array();
  for (const std::string& value : input.choices) {
    Json inputs = {{"required", Json::object()}};
    for (const InputDecl& each : decl.inputs) {
      if (each.depends_on != input.name || std::ranges::count(each.shown_for, value) == 0) continue;
      // One that came later: files keep values by place, and nearly all of them have none for it.
      const bool came_later = each.optional && has_widget(each) && !inputs["required"].empty();
      if (came_later) continue;
      const char* group = each.optional || each.omissible ? "optional" : "required";
      inputs[group][each.name.substr(input.name.size() + 1)] = input_spec(decl, each, choices);
    }
    options.push_back({{"key", value}, {"inputs", std::move(inputs)}});
  }
  return Json::array(
      {"COMFY_DYNAMICCOMBO_V3", {{"options", std::move(options)}, {"tooltip", input.summary}}});
}

// As ComfyUI calls them: by their type, where ours is that in small letters.
std::string output_name(const OutputDecl& output) {
  return lower_case(output.type) == lower_case(output.name) ? output.type : output.name;
}

}  // namespace

std::string display_name(const std::string& type) {
  if (const auto own = own_names().find(type); own != own_names().end()) return own->second;
  const auto is = [&](std::size_t i, int (*kind)(int)) {
    return i < type.size() && kind(static_cast<unsigned char>(type[i])) != 0;
  };
  std::string name;
  for (std::size_t i = 0; i < type.size(); ++i) {
    const bool after_small = i > 0 && is(i, std::isupper) && is(i - 1, std::islower);
    // "VAEDecode" is two words, "KSampler" is one.
    const bool after_word =
        i > 1 && is(i, std::isupper) && is(i - 1, std::isupper) && is(i + 1, std::islower);
    if (after_small || after_word) name += ' ';
    name += type[i];
  }
  return name;
}

Json input_spec(const NodeDecl& decl, const InputDecl& input, Choices& choices) {
  Json options = Json::object();
  if (Json value = default_json(input.default_value); !value.is_null())
    options["default"] = std::move(value);
  options["tooltip"] = input.summary;
  if (!input.only_with.empty()) options["lazy"] = true;
  if (!has_widget(input) && input.kind != InputKind::link) options["forceInput"] = true;
  if (decl.type == "CustomCombo" && input.name == "choice")
    return list_spec({}, {{"tooltip", input.summary}});
  switch (input.kind) {
    case InputKind::link:
      return Json::array({input.type, std::move(options)});
    case InputKind::integer:
      return integer_spec(input, std::move(options));
    case InputKind::seed:
      return seed_spec(std::move(options));
    case InputKind::number:
      return number_spec(input, std::move(options));
    case InputKind::boolean:
      return Json::array({"BOOLEAN", std::move(options)});
    case InputKind::choice:
      return list_spec(input.choices, std::move(options));
    case InputKind::file:
      return file_spec(decl, input, choices, std::move(options));
    case InputKind::sampler:
      return plugin_spec(choices.samplers(), "euler", std::move(options));
    case InputKind::scheduler:
      return plugin_spec(choices.schedulers(), "normal", std::move(options));
    case InputKind::guider:
      return plugin_spec(choices.guiders(), "cfg", std::move(options));
    case InputKind::noise:
      return plugin_spec(choices.noises(), "gaussian", std::move(options));
    case InputKind::text:
    case InputKind::integers:
    case InputKind::numbers:
    case InputKind::value_name:
    case InputKind::named_value:
      break;
  }
  return text_spec(decl, input, std::move(options));
}

Json node_info(const NodeDecl& decl, Choices& choices) {
  Json inputs = {{"required", Json::object()}};
  for (const InputDecl& input : decl.inputs) {
    if (!input.depends_on.empty() || is_of_page(decl, input)) continue;
    const char* group = input.optional || input.omissible ? "optional" : "required";
    inputs[group][name_there(input.name)] =
        decides(decl, input) ? deciding_spec(decl, input, choices) : input_spec(decl, input, choices);
  }
  Json order = Json::object();
  for (const auto& [group, members] : inputs.items()) {
    order[group] = Json::array();
    for (const auto& [name, spec] : members.items()) order[group].push_back(name);
  }
  Json types = Json::array();
  Json names = Json::array();
  Json lists = Json::array();
  Json tooltips = Json::array();
  for (const OutputDecl& output : decl.outputs) {
    types.push_back(output.type);
    names.push_back(output_name(output));
    lists.push_back(false);
    tooltips.push_back(output.summary);
  }
  return {{"input", std::move(inputs)},
          {"input_order", std::move(order)},
          {"is_input_list", false},
          {"output", std::move(types)},
          {"output_is_list", std::move(lists)},
          {"output_name", std::move(names)},
          {"output_tooltips", std::move(tooltips)},
          {"name", decl.type},
          {"display_name", display_name(decl.type)},
          {"description", decl.summary},
          {"python_module", "nodes"},
          {"category", decl.category},
          {"output_node", decl.is_output}};
}

Json object_info(const std::vector<NodeDecl>& declarations, Choices& choices) {
  Json all = Json::object();
  for (const NodeDecl& decl : declarations) all[decl.type] = node_info(decl, choices);
  return all;
}

}  // namespace ksampler::comfy
