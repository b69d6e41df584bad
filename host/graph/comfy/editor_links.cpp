#include "host/graph/comfy/editor_links.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <algorithm>
#include <compare>
#include <limits>
#include <set>

namespace ksampler {
namespace {

constexpr std::size_t kMostNodes = 10000;
constexpr std::size_t kDeepest = 32;
constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();

bool is_one_of(const std::string& type, std::initializer_list<const char*> types) {
  return std::ranges::any_of(types, [&](const char* each) { return type == each; });
}

bool is_reroute(const std::string& type) { return is_one_of(type, {"Reroute", "Reroute (rgthree)"}); }
bool is_set(const std::string& type) { return is_one_of(type, {"SetNode", "easy setNode"}); }
bool is_get(const std::string& type) { return is_one_of(type, {"GetNode", "easy getNode"}); }

// The first value of a row of them.
YamlPtr first_value(const EditorNode& node) {
  return node.widgets == nullptr || node.widgets->items.empty() ? nullptr : node.widgets->items.front();
}

std::string name_in(const EditorNode& node) {
  const YamlPtr value = first_value(node);
  return value == nullptr ? std::string() : value->text;
}

// Follows a link to its end, a step at a time: a chain may be as long as the file has nodes. A link
// that comes back to itself ends in nothing.
class Follower {
 public:
  static EditorSource link(const EditorScope& scope, const std::string& id) {
    return end_of(linked(scope, id));
  }

  static EditorSource output(const EditorScope& scope, const std::string& id, std::size_t slot) {
    return end_of(Spot{&scope, id, slot});
  }

 private:
  // An output on the way.
  struct Spot {
    const EditorScope* scope;
    std::string node;
    std::size_t slot;
    auto operator<=>(const Spot&) const = default;
  };
  // Where a link goes on, or what it ends in.
  using Step = std::variant<EditorSource, Spot>;

  static EditorSource end_of(Step step) {
    std::set<Spot> seen;
    while (const Spot* spot = std::get_if<Spot>(&step)) {
      if (!seen.insert(*spot).second) return {};
      step = from(*spot);
    }
    return std::get<EditorSource>(std::move(step));
  }

  static Step from(const Spot& spot) {
    const EditorScope& scope = *spot.scope;
    if (spot.node == kInputBox) return from_outside(scope, spot.slot);
    const EditorNode* node = scope.graph->find(spot.node);
    if (node == nullptr || node->mode == EditorMode::muted) return EditorSource();
    if (node->mode == EditorMode::bypassed) {
      const std::string type =
          spot.slot < node->output_types.size() ? node->output_types[spot.slot] : std::string();
      return linked(scope, link_around(node->inputs, type, spot.slot));
    }
    if (is_reroute(node->type) || is_set(node->type)) {
      return node->inputs.empty() ? EditorSource() : linked(scope, node->inputs.front().link);
    }
    if (is_get(node->type)) return by_name(scope, name_in(*node));
    if (node->type == "PrimitiveNode") {
      const YamlPtr value = first_value(*node);
      return value == nullptr ? EditorSource() : EditorSource(value);
    }
    if (const EditorScope* child = scope.child(*node)) return from_inside(*child, spot.slot);
    return EditorSource(EditorOutput{scope.prefix + spot.node, spot.slot});
  }

  static Step linked(const EditorScope& scope, const std::string& id) {
    const auto at = scope.graph->links.find(id);
    if (id.empty() || at == scope.graph->links.end()) return EditorSource();
    return Spot{&scope, at->second.from, at->second.from_slot};
  }

  // In this graph, or in those around it.
  static Step by_name(const EditorScope& scope, const std::string& name) {
    for (const EditorScope* at = &scope; at != nullptr; at = at->parent) {
      for (const EditorNode& node : at->graph->nodes) {
        if (is_set(node.type) && name_in(node) == name) return Spot{at, node.id, 0};
      }
    }
    return EditorSource();
  }

  static Step from_inside(const EditorScope& child, std::size_t slot) {
    for (const auto& [id, each] : child.graph->links) {
      if (each.to == kOutputBox && each.to_slot == slot) return Spot{&child, each.from, each.from_slot};
    }
    return EditorSource();
  }

  static Step from_outside(const EditorScope& scope, std::size_t slot) {
    if (scope.instance == nullptr || slot >= scope.graph->inputs.size()) return EditorSource();
    const EditorInput* input = outer_input(scope, slot);
    if (input != nullptr && !input->link.empty()) return linked(*scope.parent, input->link);
    std::set<Input> seen;
    return kept_value(scope, slot, seen);
  }

  // An input of a subgraph in one of its instances.
  using Input = std::pair<const EditorScope*, std::size_t>;

  // The value of an instance's input; where it keeps none: of the first field that the input goes to.
  // Inputs that were `seen` have none: many ways may lead to one.
  static EditorSource kept_value(const EditorScope& scope, std::size_t slot, std::set<Input>& seen) {
    if (!seen.emplace(&scope, slot).second) return {};
    EditorSource value = promoted(scope, slot);
    if (!std::holds_alternative<std::monostate>(value)) return value;
    if (slot >= scope.graph->input_links.size()) return {};
    for (const std::string& id : scope.graph->input_links[slot]) {
      const auto link = scope.graph->links.find(id);
      if (link == scope.graph->links.end()) continue;
      value = value_in_field(scope, link->second, seen);
      if (!std::holds_alternative<std::monostate>(value)) return value;
    }
    return {};
  }

  // The value that the field has which a link into a subgraph leads to.
  static EditorSource value_in_field(const EditorScope& scope, const EditorLink& link,
                                     std::set<Input>& seen) {
    const EditorNode* node = scope.graph->find(link.to);
    if (node == nullptr || link.to_slot >= node->inputs.size()) return {};
    const EditorInput& input = node->inputs[link.to_slot];
    if (const EditorScope* child = scope.child(*node)) {
      const auto at = std::ranges::find(child->graph->inputs, input.name);
      if (child->is_group || at == child->graph->inputs.end()) return {};
      return kept_value(*child, static_cast<std::size_t>(at - child->graph->inputs.begin()), seen);
    }
    const auto value = node->values.find(input.widget);
    return value == node->values.end() ? EditorSource() : EditorSource(value->second);
  }

  // An instance's inputs belong to the definition's by name; those of a group node by place.
  static const EditorInput* outer_input(const EditorScope& scope, std::size_t slot) {
    const std::vector<EditorInput>& inputs = scope.instance->inputs;
    if (scope.is_group) {
      for (const EditorInput& each : inputs) {
        if (each.widget.empty() && slot-- == 0) return &each;
      }
      return nullptr;
    }
    const auto at = std::ranges::find(inputs, scope.graph->inputs[slot], &EditorInput::name);
    return at == inputs.end() ? nullptr : &*at;
  }

  // Whether a value inside, and no cable alone, is what the input of a subgraph leads to.
  static bool is_value(const EditorScope& scope, std::size_t slot) {
    return std::ranges::any_of(scope.graph->links, [&](const auto& entry) {
      const EditorLink& each = entry.second;
      if (each.from != kInputBox || each.from_slot != slot) return false;
      const EditorNode* to = scope.graph->find(each.to);
      return to != nullptr && each.to_slot < to->inputs.size() &&
             !to->inputs[each.to_slot].widget.empty();
    });
  }

  // The value that an instance keeps for one inside; where it keeps none, that inside holds.
  static EditorSource promoted(const EditorScope& scope, std::size_t slot) {
    const EditorNode& instance = *scope.instance;
    if (scope.is_group || instance.widgets == nullptr) return {};
    const YamlNode* proxies =
        instance.properties == nullptr ? nullptr : value_at(*instance.properties, "proxyWidgets");
    const std::size_t place = proxies == nullptr ? place_among_values(scope, slot)
                                                 : place_among(*proxies, scope.graph->inputs[slot]);
    if (place >= instance.widgets->items.size()) return {};
    return instance.widgets->items[place];
  }

  static std::size_t place_among_values(const EditorScope& scope, std::size_t slot) {
    if (!is_value(scope, slot)) return kNowhere;
    std::size_t place = 0;
    for (std::size_t i = 0; i < slot; ++i) place += is_value(scope, i) ? 1 : 0;
    return place;
  }

  // "proxyWidgets" names what the values are of: [id of a node inside, its input], whose own value
  // holds, or ["-1", an input of the subgraph].
  static std::size_t place_among(const YamlNode& proxies, const std::string& input) {
    for (std::size_t i = 0; i < proxies.items.size(); ++i) {
      const std::vector<YamlPtr>& proxy = proxies.items[i]->items;
      if (proxy.size() >= 2 && proxy[0]->text == "-1" && proxy[1]->text == input) return i;
    }
    return kNowhere;
  }
};

class SubgraphOpener {
 public:
  SubgraphOpener(const EditorFile& file, const std::string& name) : file_(file), name_(name) {}

  void open(EditorScope& scope, std::size_t depth) {
    count_ += scope.graph->nodes.size();
    if (count_ > kMostNodes || depth > kDeepest) {
      throw Error(
          Diagnostic::Kind::syntax, Place{name_},
          count_ > kMostNodes
              ? sentence("with its subgraphs, the workflow has more than {} nodes", kMostNodes)
              : sentence("subgraphs are nested deeper than {} levels, or hold themselves", kDeepest));
    }
    for (const EditorNode& node : scope.graph->nodes) {
      const auto inner = file_.subgraphs.find(node.type);
      if (inner == file_.subgraphs.end() || node.mode != EditorMode::runs) continue;
      auto child = std::make_unique<EditorScope>();
      child->graph = &inner->second;
      child->parent = &scope;
      child->instance = &node;
      child->prefix = scope.prefix + node.id + ":";
      child->is_group = node.type.starts_with("workflow/") || node.type.starts_with("workflow>");
      open(*child, depth + 1);
      scope.children.push_back(std::move(child));
    }
  }

 private:
  const EditorFile& file_;
  const std::string& name_;
  std::size_t count_ = 0;
};

}  // namespace

const EditorScope* EditorScope::child(const EditorNode& node) const {
  const auto at =
      std::ranges::find_if(children, [&](const auto& each) { return each->instance == &node; });
  return at == children.end() ? nullptr : at->get();
}

std::unique_ptr<EditorScope> editor_scopes(const EditorFile& file, const std::string& name) {
  auto root = std::make_unique<EditorScope>();
  root->graph = &file.root;
  SubgraphOpener(file, name).open(*root, 0);
  return root;
}

bool is_of_editor_alone(const std::string& type) {
  return is_reroute(type) || is_set(type) || is_get(type) ||
         is_one_of(type,
                   {"PrimitiveNode", "Note", "MarkdownNote", "Label (rgthree)", "Bookmark (rgthree)",
                    "Fast Groups Muter (rgthree)", "Fast Groups Bypasser (rgthree)",
                    "Fast Muter (rgthree)", "Fast Bypasser (rgthree)", "Fast Actions Button (rgthree)",
                    "Mute / Bypass Repeater (rgthree)", "Mute / Bypass Relay (rgthree)",
                    "Node Collector (rgthree)", "Random Unmuter (rgthree)"});
}

EditorSource source_of(const EditorScope& scope, const std::string& link) {
  return Follower::link(scope, link);
}

EditorSource source_at(const EditorScope& scope, const std::string& node, std::size_t slot) {
  return Follower::output(scope, node, slot);
}

}  // namespace ksampler
