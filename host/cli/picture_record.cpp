#include "host/cli/picture_record.hpp"

#include <algorithm>

namespace ksampler {

bool is_picture(const std::filesystem::path& file) {
  std::string ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return ending == ".png";
}

PictureRecord record_in(const Picture& picture, const std::filesystem::path& file,
                        const std::filesystem::path& folder) {
  const auto text = [&](const char* key) {
    const auto at = picture.text.find(key);
    return at == picture.text.end() ? std::string() : at->second;
  };
  if (!picture.text.contains("pipeline")) {
    const bool from_comfy = picture.text.contains("workflow") || picture.text.contains("prompt");
    throw Error({file.string()}, std::string("holds no pipeline; pictures that SaveImage of ksampler "
                                             "wrote do") +
                                     (from_comfy ? ". It holds a workflow, which is not read" : ""));
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
  }
  return record;
}

}  // namespace ksampler
