// /view: a picture of the output, input or temp folder.
#include "host/files/png.hpp"
#include "host/graph/file_folders.hpp"
#include "host/serve/comfy/answers.hpp"
#include "host/serve/comfy/pixels.hpp"
#include "host/serve/comfy/routes.hpp"
#include "host/serve/comfy/service.hpp"

#include <algorithm>

namespace ksampler::comfy {
namespace {

namespace fs = std::filesystem;

// "a.png [input]" says its folder itself.
FileName asked_for(const HttpRequest& request) {
  const AnnotatedName named = annotated(request.query_value("filename").value_or(""));
  FileName file{named.name, request.query_value("subfolder").value_or(""), named.folder};
  if (file.type.empty()) file.type = request.query_value("type").value_or("output");
  return file;
}

bool leads_up(const std::string& name) {
  const fs::path path = name;
  return path.is_absolute() || std::ranges::find(path, fs::path("..")) != path.end();
}

HttpResponse picture_answer(std::vector<std::byte> png) {
  return text_answer(kOk, std::string(reinterpret_cast<const char*>(png.data()), png.size()),
                     "image/png");
}

// As the mask editor asks for it: the colours alone, or the alpha alone.
HttpResponse channel_answer(const fs::path& file, const std::string& channel) {
  try {
    const Picture picture = read_picture(file);
    if (channel == "rgb")
      return picture_answer(png_bytes(picture.width, picture.height, rgb_of(picture)));
    return picture_answer(
        png_bytes_with_alpha(picture.width, picture.height, black_with_alpha_of(picture)));
  } catch (const Error& error) {
    return refusal(kBadRequest, error.diagnostics());
  }
}

}  // namespace

void add_view_route(Routes& routes, Service& service) {
  routes.both("GET", "/view", [&service](const HttpRequest& request, const PathParts&) {
    const FileName asked = asked_for(request);
    if (asked.name.empty()) return refusal(kBadRequest, "'filename' is missing");
    if (is_too_long(asked.name) || is_too_long(asked.subfolder)) return refusal(kBadRequest, kTooLong);
    if (leads_up(asked.name)) return refusal(kBadRequest, "'filename' leads out of its folder");
    const fs::path file = service.folders.to_read(asked);
    if (file.empty())
      return refusal(kForbidden, "that is in none of the folders output, input and temp");
    std::error_code ignored;
    if (!fs::is_regular_file(file, ignored)) return refusal(kNotFound, "there is no such file");
    const std::string channel = request.query_value("channel").value_or("rgba");
    if (channel == "rgb" || channel == "a") return channel_answer(file, channel);
    return file_answer(file);
  });
}

}  // namespace ksampler::comfy
