#include "host/cli/pipeline_file.hpp"

#include <algorithm>

namespace ksampler {

PictureRecord pipeline_of(const std::filesystem::path& file, const std::filesystem::path& folder) {
  if (is_picture(file)) return record_in(read_recorded_picture(file), file, folder);
  PictureRecord record{read_pipeline(file), {}};
  if (!folder.empty()) record.source.folder = folder;
  return record;
}

Error with_folder_hint(const Error& error, const std::filesystem::path& file) {
  std::vector<Diagnostic> diagnostics = error.diagnostics();
  const auto missing = std::find_if(diagnostics.rbegin(), diagnostics.rend(), [](const auto& each) {
    return each.kind == Diagnostic::Kind::no_file;
  });
  if (!is_picture(file) || missing == diagnostics.rend()) return error;
  missing->message +=
      ". A picture names its pipeline's folder as seen from its own; where picture or files were moved "
      "since, `--folder DIR` says where the files are";
  return Error(std::move(diagnostics));
}

}  // namespace ksampler
