#include "host/nodes/loaders/models.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/load/load_model.hpp"
#include "host/model/load/load_text.hpp"
#include "host/model/load/surplus.hpp"
#include "host/model/network/number_type.hpp"

#include <map>
#include <utility>

namespace ksampler {

void warn_of_surplus(const NodeContext& context, const Node& node, const std::filesystem::path& file,
                     const std::vector<std::string>& surplus) {
  if (surplus.empty()) return;
  std::vector<std::string> named;
  for (const std::string& name : surplus) named.push_back(quote(name));
  context.reporter.warning(
      node, sentence("{}: no use for {}; the model may be of a kind that is not quite this", file,
                     first_listed(std::move(named), kNamed)));
}

ModelValue unet_from(const NodeContext& context, const Node& node, const std::filesystem::path& file,
                     const std::string& type) {
  const std::optional<at::ScalarType> rounded_to = eight_bits(type);
  const bool says = type != "default" && !rounded_to;
  const std::optional<at::ScalarType> scalar = number_type(says ? type : context.options.types.unet);
  Found<Model> found =
      find_model(open_model_file(file), context.device, scalar, families(), rounded_to);
  warn_of_surplus(context, node, file, found.surplus);
  for (const std::string& note : found.notes) {
    context.reporter.warning(node, sentence("{}: {}", file, note));
  }
  return std::move(found.value);
}

VaeValue vae_from(const NodeContext& context, const Node& node, const std::filesystem::path& file) {
  const at::ScalarType scalar = number_type(context.options.types.vae).value_or(at::kFloat);
  Found<LazyAutoencoder> found = find_autoencoder(open_model_file(file), context.device, scalar);
  warn_of_surplus(context, node, file, found.surplus);
  return std::move(found.value);
}

ClipValue clip_from(const NodeContext& context, const Node& node,
                    const std::vector<std::filesystem::path>& files, at::Device device, TextUse use) {
  const at::ScalarType scalar = number_type(context.options.types.text).value_or(at::kFloat);
  std::vector<Weights> weights;
  for (const std::filesystem::path& file : files) {
    weights.emplace_back(open_model_file(file), device, scalar);
  }
  TextModel model(std::move(weights), use);
  for (std::size_t i = 0; i < files.size(); ++i) {
    warn_of_surplus(context, node, files[i], model.surplus()[i]);
  }
  return model;
}

ClipVisionValue clip_vision_from(const NodeContext& context, const Node& node,
                                 const std::filesystem::path& file) {
  Found<LazyClipVision> found = find_clip_vision(open_model_file(file), context.device);
  warn_of_surplus(context, node, file, found.surplus);
  return std::move(found.value);
}

StyleModelValue style_model_from(const NodeContext& context, const Node& node,
                                 const std::filesystem::path& file) {
  Found<LazyStyleModel> found = find_style_model(open_model_file(file), context.device);
  warn_of_surplus(context, node, file, found.surplus);
  return std::move(found.value);
}

void warn_of_strangers(const NodeContext& context, const Node& node,
                       const std::filesystem::path& file) {
  warn_of_surplus(context, node, file, outside_of_parts(*open_model_file(file)));
}

}  // namespace ksampler
