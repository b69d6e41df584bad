#include "host/graph/comfy/power_lora.hpp"

#include "host/graph/comfy/api_form.hpp"
#include "host/graph/comfy/editor_graph.hpp"
#include "host/graph/scalar.hpp"

#include <algorithm>
#include <map>

namespace ksampler {
namespace {

struct Row {
  YamlPtr lora;
  YamlPtr strength_model;
  YamlPtr strength_clip;
};

bool is_zero(const YamlPtr& value) {
  double number = 0;
  return parse_number(value->text, number) == Parsed::fine && number == 0.0;
}

YamlPtr scalar_at(const YamlNode& map, const char* key) {
  const YamlEntry* entry = map.find(key);
  return entry != nullptr && entry->value->kind == YamlNode::Kind::scalar ? entry->value : nullptr;
}

// The rows that change something.
std::vector<Row> rows_of(const YamlNode& node) {
  std::vector<Row> rows;
  for (const YamlEntry& entry : node.entries) {
    if (!entry.key.starts_with("lora_") && !entry.key.starts_with("LORA_")) continue;
    const YamlPtr lora = scalar_at(*entry.value, "lora");
    const YamlPtr strength = scalar_at(*entry.value, "strength");
    if (text_at(*entry.value, "on") != "true" || lora == nullptr || strength == nullptr) continue;
    if (lora->text.empty() || lora->text == "None") continue;
    const YamlPtr second = scalar_at(*entry.value, "strengthTwo");
    const Row row{lora, strength, second == nullptr ? strength : second};
    if (!is_zero(row.strength_model) || !is_zero(row.strength_clip)) rows.push_back(row);
  }
  return rows;
}

YamlPtr link_at(const YamlNode& node, const char* input) {
  const YamlEntry* entry = node.find(input);
  return entry != nullptr && entry->value->slot >= 0 ? entry->value : nullptr;
}

class TakenApart {
 public:
  explicit TakenApart(WorkflowNodes& workflow) : workflow_(workflow) {}

  void take(const YamlEntry& node) {
    const YamlPtr model = link_at(*node.value, "model"), clip = link_at(*node.value, "clip");
    const std::vector<Row> rows = model == nullptr ? std::vector<Row>() : rows_of(*node.value);
    if (rows.empty()) {
      around_[node.key] = {model, clip};
      return;
    }
    YamlPtr model_link = model, clip_link = clip;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      // The last has the node's own name, so that what is linked to the node is linked to it.
      const bool is_last = i + 1 == rows.size();
      const std::string name = is_last ? node.key : node.key + "." + std::to_string(i + 1);
      add(name, node, rows[i], model_link, clip_link);
      model_link = slot_link(name, 0, node.place);
      if (clip != nullptr) clip_link = slot_link(name, 1, node.place);
    }
  }

  void keep(YamlEntry node) { nodes_.push_back(std::move(node)); }

  void finish() {
    for (YamlEntry& node : nodes_) go_around(node);
    workflow_.nodes = std::move(nodes_);
  }

 private:
  void add(const std::string& name, const YamlEntry& node, const Row& row, const YamlPtr& model,
           const YamlPtr& clip) {
    auto made =
        workflow_node(clip == nullptr ? "LoraLoaderModelOnly" : "LoraLoader", node.place, node.place);
    const auto set = [&](const char* input, const YamlPtr& value) {
      made->entries.push_back({input, node.place, value});
    };
    set("model", model);
    if (clip != nullptr) set("clip", clip);
    set("lora_name", row.lora);
    set("strength_model", row.strength_model);
    if (clip != nullptr) set("strength_clip", row.strength_clip);
    workflow_.titles.emplace(name, node.value->find("type")->value->text);
    nodes_.push_back({name, node.place, std::move(made)});
  }

  // What a link comes to that leads through loaders without LoRAs; null: nothing.
  YamlPtr source_of(YamlPtr link) const {
    // As many steps as there are such loaders at most: more are a circle.
    for (std::size_t steps = 0; link != nullptr && steps <= around_.size(); ++steps) {
      const auto at = around_.find(link->text);
      if (at == around_.end()) return link;
      link = link->slot == 0 ? at->second.model : link->slot == 1 ? at->second.clip : nullptr;
    }
    return nullptr;
  }

  void go_around(YamlEntry& node) const {
    auto changed = std::make_shared<YamlNode>(*node.value);
    std::erase_if(changed->entries, [&](YamlEntry& entry) {
      if (entry.value->slot < 0) return false;
      entry.value = source_of(entry.value);
      return entry.value == nullptr;
    });
    node.value = std::move(changed);
  }

  struct Around {
    YamlPtr model;
    YamlPtr clip;
  };

  WorkflowNodes& workflow_;
  std::vector<YamlEntry> nodes_;
  std::map<std::string, Around> around_;  // loaders that change nothing, by name
};

}  // namespace

bool is_power_lora(const std::string& type) { return type == "Power Lora Loader (rgthree)"; }

void add_power_lora_rows(const YamlPtr& widgets, YamlNode& node) {
  if (widgets == nullptr) return;
  int count = 0;
  for (const YamlPtr& value : widgets->items) {
    if (value->find("lora") == nullptr) continue;
    node.entries.push_back({"lora_" + std::to_string(++count), value->place, value});
  }
}

void take_power_loras_apart(WorkflowNodes& workflow) {
  const auto is_one = [](const YamlEntry& node) { return is_power_lora(text_at(*node.value, "type")); };
  if (std::ranges::none_of(workflow.nodes, is_one)) return;
  TakenApart apart(workflow);
  for (YamlEntry& node : workflow.nodes) {
    if (is_one(node)) {
      apart.take(node);
    } else {
      apart.keep(std::move(node));
    }
  }
  apart.finish();
}

}  // namespace ksampler
