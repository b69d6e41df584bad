#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/graph/document.hpp"
#include "host/graph/pipeline.hpp"

#include <algorithm>

namespace ksampler {

ParsedPipeline::ParsedPipeline(PipelineSource source)
    : source_(std::move(source)), document_(std::make_shared<Document>(read_document(source_))) {}

std::vector<ParsedPipeline::Folder> ParsedPipeline::plugin_folders() const {
  std::vector<Folder> folders;
  const YamlEntry* entry = document_->root->find("plugins");
  if (entry == nullptr) return folders;
  for (const YamlPtr& item : entry->value->items) {
    if (item->text.empty()) continue;
    folders.push_back({std::filesystem::absolute(source_.folder / item->text).lexically_normal(),
                       item->text, item->place});
  }
  return folders;
}

std::vector<std::string> ParsedPipeline::isolation() const {
  std::vector<std::string> names;
  const YamlEntry* entry = document_->root->find("isolation");
  if (entry == nullptr) return names;
  for (const YamlEntry& each : entry->value->entries) names.push_back(each.key);
  return names;
}

std::vector<Diagnostic> foreign_plugin_folders(const ParsedPipeline& parsed,
                                               const std::vector<std::filesystem::path>& known,
                                               const std::string& advice) {
  std::vector<Diagnostic> foreign;
  for (const ParsedPipeline::Folder& named : parsed.plugin_folders()) {
    std::error_code error;
    const std::filesystem::path folder = std::filesystem::weakly_canonical(named.path, error);
    const bool is_known = std::any_of(known.begin(), known.end(), [&](const auto& each) {
      return std::filesystem::weakly_canonical(each, error) == folder;
    });
    if (is_known) continue;
    foreign.push_back({named.place, sentence("'plugins' names {}, {}", quote(named.written), advice),
                       Diagnostic::Kind::not_allowed});
  }
  return foreign;
}

}  // namespace ksampler
