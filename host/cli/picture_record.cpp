#include "host/cli/picture_record.hpp"

#include "host/base/conventions.hpp"
#include "host/base/lower_case.hpp"
#include "host/files/json_text.hpp"
#include "host/graph/comfy/workflow.hpp"
#include "host/graph/nearest_file.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ksampler {
namespace {

std::string text_of(const nlohmann::json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string number_type(const nlohmann::json& types, const char* network) {
  std::string type = text_of(types, network);
  return std::ranges::find(number_types(), type) != number_types().end() ? type : "auto";
}

// What is not understood there is left: `verify` says what differs.
void read_made_with(const std::string& text, PictureRecord& record) {
  const nlohmann::json json = json_or_nothing(text);
  // A picture of a GPU is repeated on one where there is one, as all is.
  if (text_of(json, "device") == "cpu") record.device = "cpu";
  if (!json.is_object() || !json.contains("dtypes")) return;
  const nlohmann::json& types = json["dtypes"];
  record.types = {number_type(types, "unet"), number_type(types, "vae"), number_type(types, "text")};
}

}  // namespace

bool is_picture(const std::filesystem::path& file) {
  const std::string suffix = lower_case(file.extension().string());
  return suffix == ".png" || suffix == ".webp";
}

Picture read_recorded_picture(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) throw Error({file.string()}, no_such_file(file));
  return lower_case(file.extension().string()) == ".webp" ? read_picture(file) : read_png(file);
}

PictureRecord record_in(const Picture& picture, const std::filesystem::path& file,
                        const std::filesystem::path& folder) {
  const auto text = [&](const char* key) {
    const auto at = picture.text.find(key);
    return at == picture.text.end() ? std::string() : at->second;
  };
  if (!picture.text.contains("pipeline")) {
    // "prompt" first: it is what was run, and needs no translation.
    for (const char* key : {"prompt", "workflow"}) {
      if (!may_be_workflow(text(key))) continue;
      PictureRecord record;
      record.source.file = file.string() + "(" + key + ")";
      record.source.text = text(key);
      record.source.folder = folder.empty() ? file.parent_path() / "." : folder;
      return record;
    }
    throw Error({file.string()},
                "holds no pipeline; pictures that SaveImage of ksampler or of ComfyUI wrote do");
  }
  PictureRecord record;
  record.source.file = file.string() + "(pipeline)";  // so that a place in it is none in the picture
  record.source.text = text("pipeline");
  record.source.folder = folder;
  if (folder.empty()) {
    record.source.folder = picture.text.contains("folder")
                               ? (file.parent_path() / text("folder")).lexically_normal()
                               : std::filesystem::path(".");
  }
  for (const std::string& setting : settings_in(text("settings"))) {
    record.settings.push_back(parse_setting(setting));
    record.settings.back().recorded = true;
  }
  read_made_with(text("made_with"), record);
  return record;
}

std::string device_for(const std::string& option, const PictureRecord& record) {
  return option.empty() ? record.device : option;
}

NumberTypes types_for(const NumberTypes& options, const PictureRecord& record) {
  const auto of = [](const std::string& option, const std::string& recorded) {
    return option.empty() ? recorded : option;
  };
  return {of(options.unet, record.types.unet), of(options.vae, record.types.vae),
          of(options.text, record.types.text)};
}

}  // namespace ksampler
