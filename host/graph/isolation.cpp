#include "host/graph/isolation.hpp"

#include "host/base/text.hpp"
#include "host/graph/wording.hpp"

#include <algorithm>

namespace ksampler {
namespace {

constexpr const char* kProcess = "process";
constexpr const char* kAll = "all";

const YamlNode* isolation_in(const Document& document) {
  const YamlEntry* entry = document.root->find("isolation");
  return entry == nullptr ? nullptr : entry->value.get();
}

}  // namespace

void check_isolation(const Document& document, const PluginInputs& plugins,
                     std::vector<Diagnostic>& diagnostics) {
  const YamlNode* isolation = isolation_in(document);
  if (isolation == nullptr) return;
  if (isolation->kind != YamlNode::Kind::map) {
    diagnostics.push_back({isolation->place, "'isolation' is " + found(*isolation) +
                                                 "; it takes a map, such as { my_plugin: process }"});
    return;
  }
  std::vector<std::string> names = plugins.plugins;
  names.emplace_back(kAll);
  for (const YamlEntry& entry : isolation->entries) {
    if (std::find(names.begin(), names.end(), entry.key) == names.end()) {
      diagnostics.push_back({entry.place, "'isolation' names " + quote(entry.key) +
                                              ", and there is no such plugin" +
                                              suggestion(entry.key, names)});
    }
    if (entry.value->kind != YamlNode::Kind::scalar || entry.value->text != kProcess) {
      diagnostics.push_back({entry.value->place, "the isolation of " + quote(entry.key) + " is " +
                                                     found(*entry.value) + "; it takes 'process'"});
    }
  }
}

std::vector<std::string> pipeline_isolation(const PipelineSource& source) {
  std::vector<Diagnostic> left_to_the_check;
  const Document document = read_document(source, left_to_the_check);
  std::vector<std::string> names;
  const YamlNode* isolation = isolation_in(document);
  if (isolation == nullptr) return names;
  for (const YamlEntry& entry : isolation->entries) names.push_back(entry.key);
  return names;
}

}  // namespace ksampler
