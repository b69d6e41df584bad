#include "host/graph/isolation.hpp"

#include "host/base/sentence.hpp"
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
    diagnostics.push_back(
        {isolation->place,
         sentence("'isolation' is {}; it takes a map, such as {{ my_plugin: process }}",
                  found(*isolation)),
         Diagnostic::Kind::wrong_type});
    return;
  }
  std::vector<std::string> names = plugins.plugins;
  names.emplace_back(kAll);
  for (const YamlEntry& entry : isolation->entries) {
    if (std::find(names.begin(), names.end(), entry.key) == names.end()) {
      diagnostics.push_back({entry.place,
                             sentence("'isolation' names {}, and there is no such plugin{}",
                                      quote(entry.key), suggestion(entry.key, names)),
                             Diagnostic::Kind::unknown_choice});
    }
    if (entry.value->kind != YamlNode::Kind::scalar || entry.value->text != kProcess) {
      diagnostics.push_back({entry.value->place,
                             sentence("the isolation of {} is {}; it takes 'process'", quote(entry.key),
                                      found(*entry.value)),
                             Diagnostic::Kind::unknown_choice});
    }
  }
}

}  // namespace ksampler
