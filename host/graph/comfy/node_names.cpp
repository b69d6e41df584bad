#include "host/graph/comfy/node_names.hpp"

#include <algorithm>
#include <set>

namespace ksampler {
namespace {

constexpr std::size_t kLongestMade = 40;

// What people call these.
const std::map<std::string, std::string>& usual_names() {
  static const std::map<std::string, std::string> names = {
      {"CheckpointLoaderSimple", "checkpoint"},
      {"CLIPTextEncode", "prompt"},
      {"EmptyFlux2LatentImage", "canvas"},
      {"EmptyLatentImage", "canvas"},
      {"EmptySD3LatentImage", "canvas"},
      {"FluxGuidance", "guided"},
      {"KSampler", "sampled"},
      {"VAEDecode", "image"},
      {"VAEEncode", "latent"},
      {"SaveImage", "save"},
      {"SaveImageAdvanced", "save"},
      {"PreviewImage", "preview"},
      {"LoadImage", "picture"},
      {"VAELoader", "vae"},
      {"LoraLoader", "lora"},
      {"CLIPLoader", "clip"},
      {"CLIPLoaderGGUF", "clip"},
      {"DualCLIPLoader", "clip"},
      {"DualCLIPLoaderGGUF", "clip"},
      {"TripleCLIPLoader", "clip"},
      {"TripleCLIPLoaderGGUF", "clip"},
      {"UNETLoader", "unet"},
      {"UnetLoaderGGUF", "unet"},
  };
  return names;
}

// "First pass (2x)" and "ImageScaleBy" as "first_pass_2x" and "image_scale_by"; empty where no letter
// is left.
std::string fit(const std::string& text) {
  std::string name;
  for (std::size_t i = 0; i < text.size() && name.size() < kLongestMade; ++i) {
    const char c = text[i];
    const bool upper = c >= 'A' && c <= 'Z';
    const bool fits = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const bool begins_word = upper && i > 0 && text[i - 1] >= 'a' && text[i - 1] <= 'z';
    if ((!fits || begins_word) && !name.empty() && name.back() != '_') name += '_';
    if (fits) name += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  while (!name.empty() && name.back() == '_') name.pop_back();
  const bool has_letter = std::ranges::any_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
  return has_letter ? name : std::string();
}

}  // namespace

std::map<std::string, std::string> node_names(const Document& document) {
  std::map<std::string, std::string> use;  // by id: "positive" or "negative", where it goes in as such
  for (const YamlEntry& node : document.nodes) {
    for (const YamlEntry& input : node.value->entries) {
      const bool is_side = input.key == "positive" || input.key == "negative";
      if (is_side && input.value->slot >= 0) use.emplace(input.value->text, input.key);
    }
  }
  std::map<std::string, std::string> names;
  std::set<std::string> taken;
  for (const YamlEntry& node : document.nodes) {
    const std::string& type = node.value->find("type")->value->text;
    const auto titled = document.titles.find(node.key);
    std::string name = titled == document.titles.end() ? std::string() : fit(titled->second);
    const bool is_prompt = type.starts_with("CLIPTextEncode");
    if (name.empty() && is_prompt && use.contains(node.key)) name = use.at(node.key);
    if (name.empty() && usual_names().contains(type)) name = usual_names().at(type);
    if (name.empty()) name = fit(type);
    if (name.empty()) name = "node";
    std::string free = name;
    for (int i = 2; !taken.insert(free).second; ++i) free = name + "_" + std::to_string(i);
    names[node.key] = free;
  }
  return names;
}

}  // namespace ksampler
