#include "host/cli/pipeline_file.hpp"

#include <algorithm>

namespace ksampler {

namespace {

PictureRecord record_of_file(const std::filesystem::path& file, const std::filesystem::path& folder) {
  if (is_picture(file)) return record_in(read_recorded_picture(file), file, folder);
  PictureRecord record{read_pipeline(file), {}};
  if (!folder.empty()) record.source.folder = folder;
  return record;
}

}  // namespace

PictureRecord pipeline_of(const std::filesystem::path& file, const std::filesystem::path& folder,
                          const std::vector<std::string>& models) {
  PictureRecord record = record_of_file(file, folder);
  look_in(record.source, models, file);
  return record;
}

void look_in(PipelineSource& source, const std::vector<std::string>& models,
             const std::filesystem::path& file) {
  for (const std::string& each : models) source.files.add(each);
  source.files.add_around(file);
}

void add_models_option(CLI::App& verb, std::vector<std::string>& folders) {
  verb.add_option(
          "--models", folders,
          "A folder of models as ComfyUI lays them (checkpoints, loras, vae, ...), or ComfyUI's "
          "own with input and output; may be given more than once")
      ->type_name("DIR")
      ->allow_extra_args(false);
}

Error with_folder_hint(const Error& error, const std::filesystem::path& file) {
  std::vector<Diagnostic> diagnostics = error.diagnostics();
  const auto missing = std::find_if(diagnostics.rbegin(), diagnostics.rend(), [](const auto& each) {
    return each.kind == Diagnostic::Kind::no_file;
  });
  if (!is_picture(file) || missing == diagnostics.rend()) return error;
  missing->message +=
      ". A picture names its pipeline's folder as seen from its own, where both are below one; else, "
      "or "
      "where picture or files were moved since, `--folder DIR` says where the files are";
  return Error(std::move(diagnostics));
}

}  // namespace ksampler
