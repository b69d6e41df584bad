#include "host/nodes/record.hpp"

#include "host/nodes/made_with.hpp"

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

}  // namespace

std::map<std::string, std::string> record_of(const NodeContext& context, const std::string& prefix) {
  const fs::path file = fs::absolute(context.options.out / prefix);
  std::map<std::string, std::string> record = {{"software", "ksampler"},
                                               {"pipeline", context.pipeline.source.text},
                                               {"settings", settings_text(context.pipeline.settings)},
                                               {"profile", context.pipeline.profile},
                                               {"made_with", made_with(context)}};
  const std::string folder =
      seen_from(file.parent_path(), fs::absolute(context.pipeline.source.folder));
  if (!folder.empty()) record["folder"] = folder;
  return record;
}

}  // namespace ksampler
