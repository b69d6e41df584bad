#include "host/nodes/text_fits.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/graph/execute.hpp"
#include "host/model/file/model_file.hpp"
#include "host/model/file/text_width.hpp"
#include "host/nodes/loaders/text_use.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace ksampler {
namespace {

using Types = std::set<std::string>;
using Kinds = std::set<FileKind>;

// The literal name of the node's file of such a kind; null: none.
const std::string* file_of(const Node& node, const Kinds& kinds) {
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const std::string* const file = find_literal<std::string>(&node.inputs[i]);
    if (file != nullptr && kinds.contains(node.decl->inputs[i].file_kind)) return file;
  }
  return nullptr;
}

// Follows links of some types back to the loaders that they come from.
class Sources {
 public:
  Sources(const Pipeline& pipeline, Types types, Kinds kinds)
      : pipeline_(pipeline), types_(std::move(types)), kinds_(std::move(kinds)) {}

  void follow(const Link& link) {
    if (!seen_.insert(link.node).second) return;
    const Node& node = pipeline_.nodes[link.node];
    if (node.decl->outputs[link.output].type == kAnyType) unsure_ = true;
    if (file_of(node, kinds_) != nullptr) {
      found_.insert(link.node);
      return;
    }
    bool any = false;
    for (const InputValue& input : node.inputs) {
      const Link* const next = std::get_if<Link>(&input);
      if (next == nullptr) continue;
      const std::string& type = pipeline_.nodes[next->node].decl->outputs[next->output].type;
      if (type == kAnyType) unsure_ = true;
      if (!types_.contains(type)) continue;
      any = true;
      follow(*next);
    }
    if (!any) unsure_ = true;  // it loads what it has itself
  }

  // Null: there are several, or one that is not known.
  const Node* only() const {
    return unsure_ || found_.size() != 1 ? nullptr : &pipeline_.nodes[*found_.begin()];
  }

 private:
  const Pipeline& pipeline_;
  Types types_;
  Kinds kinds_;
  std::set<std::size_t> seen_;
  std::set<std::size_t> found_;
  bool unsure_ = false;
};

// What an encoder gives, as far as its file tells.
struct GivenText {
  std::optional<std::int64_t> width;
  bool has_clip = true;
};

GivenText given_text(const TextRecipe& recipe, const std::vector<TensorNames>& files) {
  return {.width = given_text_width(recipe, files), .has_clip = !recipe.clip.empty()};
}

GivenText given_by(const Node& loader) {
  if (const auto encoders = named_encoders(loader))
    return given_text(encoders->recipe, encoders->files);
  const std::string* const checkpoint = file_of(loader, {FileKind::model});
  if (checkpoint == nullptr) return {};
  const std::vector<TensorNames> files = {TensorNames(open_model_file(*checkpoint))};
  return given_text(recipe_of(files, TextUse::as_found), files);
}

TensorNames network_of(const Node& loader) {
  const auto file = open_model_file(*file_of(loader, {FileKind::unet, FileKind::model}));
  return TensorNames(file, prefix_of(*file, kNetworkPart));
}

// A network's loader and an encoder's.
using Pair = std::pair<const Node*, const Node*>;

// Those that the node joins; none: it is not known, or there are several.
std::optional<Pair> joined_by(const Pipeline& pipeline, const Node& node) {
  Sources networks(pipeline, {"MODEL"}, {FileKind::unet, FileKind::model});
  Sources encoders(pipeline, {"CONDITIONING", "CLIP"}, {FileKind::text, FileKind::model});
  for (const InputValue& input : node.inputs) {
    const Link* const link = std::get_if<Link>(&input);
    if (link == nullptr) continue;
    const std::string& type = pipeline.nodes[link->node].decl->outputs[link->output].type;
    if (type == "MODEL") networks.follow(*link);
    if (type == "CONDITIONING") encoders.follow(*link);
  }
  const Pair pair = {networks.only(), encoders.only()};
  return pair.first == nullptr || pair.second == nullptr ? std::nullopt : std::optional(pair);
}

// Throws Error.
void check_pair(const Pair& pair) {
  const auto& [network, encoder] = pair;
  const TensorNames names = network_of(*network);
  const GivenText given = given_by(*encoder);
  if (!given.has_clip && names.has("input_blocks.0.0.weight")) {
    throw Error(Diagnostic::Kind::bad_file, {},
                sentence("the network of node {} is a UNet, which takes the text of CLIP, and node {} "
                         "loads another text encoder: expected that of the same model",
                         quote(network->name), quote(encoder->name)));
  }
  const auto taken = taken_text_width(names);
  if (!taken || !given.width || *taken == *given.width) return;
  throw Error(
      Diagnostic::Kind::bad_file, {},
      sentence("the text encoder of node {} gives {} numbers a token, and the network of node {} "
               "takes {}: expected the text encoder of the same model",
               quote(encoder->name), *given.width, quote(network->name), *taken));
}

bool samples(const Node& node) {
  return std::ranges::any_of(node.decl->outputs, [](const OutputDecl& output) {
    return output.type == "LATENT" || output.type == "GUIDER";
  });
}

}  // namespace

std::optional<NamedEncoders> named_encoders(const Node& node) {
  std::vector<TensorNames> files;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    if (node.decl->inputs[i].file_kind != FileKind::text) continue;
    const std::string* const file = find_literal<std::string>(&node.inputs[i]);
    if (file == nullptr) return std::nullopt;
    files.emplace_back(open_model_file(*file));
  }
  if (files.empty()) return std::nullopt;
  const InputValue* const type = find_input(node, "clip_type");
  const std::string* const said = find_literal<std::string>(type);
  if (type != nullptr && said == nullptr) return std::nullopt;
  TextRecipe recipe = recipe_of(files, text_use(files.size(), said == nullptr ? "" : *said));
  return NamedEncoders{.files = std::move(files), .recipe = std::move(recipe)};
}

void check_texts_fit(const Pipeline& pipeline) {
  std::vector<Diagnostic> wrong;
  const std::vector<bool> needed = needed_nodes(pipeline);
  std::set<Pair> fitting;  // which are read once, however many nodes sample with them
  for (std::size_t i = 0; i < pipeline.nodes.size(); ++i) {
    const Node& node = pipeline.nodes[i];
    const auto pair = needed[i] && samples(node) ? joined_by(pipeline, node) : std::optional<Pair>();
    if (!pair || fitting.contains(*pair)) continue;
    try {
      check_pair(*pair);
      fitting.insert(*pair);
    } catch (const Error& error) {
      const Error placed = at_node(error, node);
      wrong.insert(wrong.end(), placed.diagnostics().begin(), placed.diagnostics().end());
    }
  }
  if (!wrong.empty()) throw Error(std::move(wrong));
}

}  // namespace ksampler
