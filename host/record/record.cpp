#include "host/record/record.hpp"

#include "host/record/made_with.hpp"

namespace ksampler {
namespace {

namespace fs = std::filesystem;

std::string seen_from(const fs::path& folder, const fs::path& other) {
  const fs::path from = fs::weakly_canonical(folder);
  const fs::path to = fs::weakly_canonical(other);
  const auto first_name = [](const fs::path& path) {
    return path.relative_path().empty() ? fs::path() : *path.relative_path().begin();
  };
  if (first_name(from).empty() || first_name(from) != first_name(to)) return "";
  return to.lexically_relative(from).generic_string();
}

// The file that a setting gives to an input; null where it gives another value.
const std::string* file_in(const Pipeline& pipeline, const Setting& setting) {
  for (const Node& node : pipeline.nodes) {
    for (std::size_t i = 0; node.name == setting.node && i < node.inputs.size(); ++i) {
      const InputDecl& decl = node.decl->inputs[i];
      const auto* literal = std::get_if<Literal>(&node.inputs[i]);
      if (decl.name != setting.input || decl.kind != InputKind::file || literal == nullptr) continue;
      return std::get_if<std::string>(literal);
    }
  }
  return nullptr;
}

// As it was given, but a file as seen from the pipeline's folder: from where it was typed says nothing
// to who runs the record.
std::vector<std::string> recorded_settings(const Pipeline& pipeline) {
  std::vector<std::string> settings;
  for (const std::string& text : pipeline.settings) {
    const Setting setting = parse_setting(text);
    const std::string* file = file_in(pipeline, setting);
    if (file == nullptr) {
      settings.push_back(text);
      continue;
    }
    const fs::path path = *file;
    const std::string folder = seen_from(fs::absolute(pipeline.source.folder), path.parent_path());
    settings.push_back(folder.empty()
                           ? text
                           : setting.node + "." + setting.input + "=" +
                                 (fs::path(folder) / path.filename()).lexically_normal().string());
  }
  return settings;
}

}  // namespace

std::map<std::string, std::string> record_of(const NodeContext& context, const fs::path& file) {
  std::map<std::string, std::string> record = {
      {"software", "ksampler"},
      {"pipeline", context.pipeline.source.text},
      {"settings", settings_text(recorded_settings(context.pipeline))},
      {"profile", context.pipeline.profile},
      {"made_with", made_with(context)}};
  const std::string folder =
      seen_from(fs::absolute(file).parent_path(), fs::absolute(context.pipeline.source.folder));
  if (!folder.empty()) record["folder"] = folder;
  record.insert(context.options.record.begin(), context.options.record.end());
  return record;
}

}  // namespace ksampler
