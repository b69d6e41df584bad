#include "host/model/lora/adapter_metadata.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace ksampler {
namespace {

constexpr const char* kKey = "lora_adapter_metadata";

using Json = nlohmann::ordered_json;  // of several patterns that match, the first holds

[[noreturn]] void refuse(const SafetensorsFile& file, const std::string& what) {
  throw Error({file.file().string()}, sentence("the metadata's {} {}", quote(kKey), what));
}

double number(const SafetensorsFile& file, const std::string& name, const Json& value) {
  const double number = value.is_number() ? value.get<double>() : NAN;
  if (!std::isfinite(number)) refuse(file, sentence("has a {} that is no finite number", quote(name)));
  return number;
}

}  // namespace

bool AdapterMetadata::Pattern::matches(const std::string& layer) const {
  if (expression) return std::regex_match(layer, *expression);
  return layer == text || layer.ends_with("." + text);
}

// peft reads all of them as regular expressions; most are names, and those need no engine.
AdapterMetadata::Pattern AdapterMetadata::pattern_of(const std::string& text) {
  constexpr const char* kSpecial = "^$*+?()[]{}|\\";
  if (text.find_first_of(kSpecial) == std::string::npos) return {text, {}};
  return {text, std::regex("(.*\\.)?(" + text + ")")};
}

AdapterMetadata::AdapterMetadata(const SafetensorsFile& file) {
  const auto found = file.metadata().find(kKey);
  if (found == file.metadata().end()) return;
  const Json fields = Json::parse(found->second, nullptr, /*allow_exceptions=*/false);
  if (!fields.is_object()) refuse(file, "is no JSON object");
  for (const auto& [key, value] : fields.items()) {
    const std::size_t dot = key.rfind('.');  // "unet.lora_alpha"
    const std::size_t root = dot == std::string::npos ? 0 : dot + 1;
    const std::string field = key.substr(root);
    Config& config = configs_[key.substr(0, root)];
    if (field == "lora_alpha") config.alpha = number(file, key, value);
    if (field == "use_rslora" && value.is_boolean()) config.rank_stabilized = value.get<bool>();
    if (field != "alpha_pattern" || value.is_null()) continue;
    if (!value.is_object()) refuse(file, sentence("has a {} that is no JSON object", quote(key)));
    for (const auto& [pattern, alpha] : value.items()) {
      try {
        config.alphas.emplace_back(pattern_of(pattern), number(file, key + "." + pattern, alpha));
      } catch (const std::regex_error&) {
        refuse(file, sentence("has a {} with {}; expected a layer's name, or a regular expression",
                              quote(key), quote(pattern)));
      }
    }
  }
}

std::optional<LayerAlpha> AdapterMetadata::alpha_of(const std::string& layer) const {
  const std::pair<const std::string, Config>* best = nullptr;
  for (const auto& entry : configs_) {  // of two beginnings, the later in order is the longer
    if (layer.starts_with(entry.first)) best = &entry;
  }
  if (best == nullptr) return std::nullopt;
  const Config& config = best->second;
  const std::string name = layer.substr(best->first.size());
  LayerAlpha result{config.alpha, config.rank_stabilized};
  for (const auto& [pattern, alpha] : config.alphas) {
    if (!pattern.matches(name)) continue;
    result.alpha = alpha;
    break;
  }
  return result;
}

}  // namespace ksampler
