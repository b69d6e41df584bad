#include "host/graph/document.hpp"
#include "host/graph/pipeline.hpp"

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

}  // namespace ksampler
