// /templates: workflows to begin with, which the page offers at a first visit: those that lie in a
// folder, each with a picture of what it makes (NAME-1.png) where there is one.
#include "host/serve/comfy/answers.hpp"
#include "host/serve/comfy/choices.hpp"
#include "host/serve/comfy/object_info.hpp"
#include "host/serve/comfy/routes.hpp"
#include "host/serve/comfy/service.hpp"

#include <nlohmann/json.hpp>

namespace ksampler::comfy {
namespace {

namespace fs = std::filesystem;

// "Image to image" of "image_to_image".
std::string title_of(std::string name) {
  for (char& c : name) {
    if (c == '_') c = ' ';
  }
  if (!name.empty() && name[0] >= 'a' && name[0] <= 'z')
    name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

Json index(const fs::path& folder) {
  Json templates = Json::array();
  for (const FileBelow& file : files_below(folder, {".json"})) {
    const std::string name = file.path.stem().string();
    templates.push_back({{"name", name},
                         {"title", title_of(name)},
                         {"description", ""},
                         {"mediaType", "image"},
                         {"mediaSubtype", "png"},
                         {"tags", Json::array()},
                         {"models", Json::array()},
                         {"openSource", true}});
  }
  if (templates.empty()) return Json::array();
  return Json::array({{{"moduleName", "default"},
                       {"category", "ksampler"},
                       {"title", "Examples"},
                       {"type", "image"},
                       {"templates", std::move(templates)}}});
}

}  // namespace

void add_template_routes(Routes& routes, Service& service) {
  routes.plain("GET", "/templates/index.json", [&service](const HttpRequest&, const PathParts&) {
    return answer(kOk, index(service.options.templates));
  });
  routes.plain("GET", "/templates/index_logo.json",
               [](const HttpRequest&, const PathParts&) { return answer(kOk, Json::object()); });
  routes.plain("GET", "/templates/*", [&service](const HttpRequest&, const PathParts& parts) {
    const fs::path file = inside(service.options.templates, parts[0]);
    std::error_code ignored;
    if (file.empty() || !fs::is_regular_file(file, ignored)) {
      return refusal(kNotFound, "there is no such template");
    }
    HttpResponse response = empty_answer();
    response.file = file;
    response.headers = {{"Content-Type", media_type_of(file)}, {"Cache-Control", "no-cache"}};
    return response;
  });
}

}  // namespace ksampler::comfy
