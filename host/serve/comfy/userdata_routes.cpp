// /userdata: the user's workflows and the like, by their paths below user/default. A path is one
// segment of the address: "workflows%2Fmine.json".
#include "host/base/sentence.hpp"
#include "host/files/output.hpp"
#include "host/serve/comfy/answers.hpp"
#include "host/serve/comfy/choices.hpp"
#include "host/serve/comfy/file_times.hpp"
#include "host/serve/comfy/job_json.hpp"
#include "host/serve/comfy/routes.hpp"
#include "host/serve/comfy/service.hpp"

#include <algorithm>
#include <span>
#include <system_error>

namespace ksampler::comfy {
namespace {

namespace fs = std::filesystem;

bool is_true(const HttpRequest& request, const char* key, bool otherwise) {
  const std::optional<std::string> value = request.query_value(key);
  return value ? *value == "true" : otherwise;
}

Json described(const fs::path& file, const std::string& name) {
  const FileTimes times = times_of(file);
  return {{"path", name},
          {"size", times.size},
          {"modified", number_json(times.modified)},
          {"created", number_json(times.created)}};
}

Json split(const std::string& name) {
  Json parts = Json::array({name});
  for (const fs::path& part : fs::path(name)) parts.push_back(part.string());
  return parts;
}

// The user's file of that name; empty where it can be none.
fs::path file_of_user(const std::string& name, const Service& service) {
  return is_too_long(name) ? fs::path() : inside(service.folders.user(), name);
}

// What is said of a name that can be none.
HttpResponse no_place(const std::string& name) {
  return is_too_long(name) ? refusal(kBadRequest, kTooLong)
                           : refusal(kForbidden, "that leads out of the user's folder");
}

HttpResponse list_of_files(const HttpRequest& request, const Service& service) {
  const std::string asked = request.query_value("dir").value_or("");
  if (asked.empty()) return refusal(kBadRequest, "'dir' is missing");
  const fs::path folder = file_of_user(asked, service);
  if (folder.empty()) return no_place(asked);
  const bool recurse = is_true(request, "recurse", false);
  Json files = Json::array();
  for (const FileBelow& file : files_below(folder, {})) {
    if (!recurse && file.name.find('/') != std::string::npos) continue;
    if (is_true(request, "full_info", false)) {
      files.push_back(described(file.path, file.name));
    } else if (is_true(request, "split", false)) {
      files.push_back(split(file.name));
    } else {
      files.push_back(file.name);
    }
  }
  return answer(kOk, files);
}

// What the page asks for at each start, whether it is there or not.
HttpResponse absent(const std::string& name) {
  if (name == "user.css") return text_answer(kOk, "", "text/css");
  if (name == "comfy.templates.json") return answer(kOk, Json::array());
  if (name.ends_with("/.index.json")) return answer(kOk, {{"bookmarks", Json::array()}});
  return refusal(kNotFound, "there is no such file");
}

HttpResponse read(const std::string& name, const Service& service) {
  const fs::path file = file_of_user(name, service);
  if (file.empty()) return no_place(name);
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) return absent(name);
  HttpResponse response = file_answer(file);
  // The page's own style sheet and workflows, not pages.
  const std::string type = media_type_of(file);
  if (type == "text/css" || type == "application/json") {
    response.headers = {{"Content-Type", type}, {"Cache-Control", "no-cache"}};
  }
  return response;
}

// As the page wants it told: all of it, or its name.
HttpResponse told(const HttpRequest& request, const fs::path& file, const std::string& name) {
  return answer(kOk, is_true(request, "full_info", false) ? described(file, name) : Json(name));
}

// What the disk refuses by itself is the server's fault; a name that it cannot take is who sent it's.
int status_of(const std::error_code& error) {
  constexpr std::errc own[] = {std::errc::io_error, std::errc::no_space_on_device,
                               std::errc::permission_denied, std::errc::read_only_file_system};
  const bool is_own = std::ranges::any_of(own, [&](std::errc each) { return error == each; });
  return is_own ? kServerError : kBadRequest;
}

HttpResponse write(const HttpRequest& request, const std::string& name, Service& service) {
  const fs::path file = file_of_user(name, service);
  if (file.empty()) return no_place(name);
  const std::lock_guard lock(service.writing);
  std::error_code error;
  if (!is_true(request, "overwrite", true) && fs::exists(file, error)) {
    return refusal(kConflict, "there is such a file");
  }
  fs::create_directories(file.parent_path(), error);
  if (error) {
    return refusal(status_of(error), sentence("its folder cannot be made: {}", error.message()));
  }
  write_whole(file, std::as_bytes(std::span(request.body)));
  return told(request, file, name);
}

HttpResponse move(const HttpRequest& request, const PathParts& parts, Service& service) {
  const fs::path from = file_of_user(parts[0], service);
  const fs::path to = file_of_user(parts[1], service);
  if (from.empty() || to.empty()) return no_place(parts[from.empty() ? 0 : 1]);
  const std::lock_guard lock(service.writing);
  std::error_code error;
  if (!fs::exists(from, error)) return refusal(kNotFound, "there is no such file");
  if (!is_true(request, "overwrite", true) && fs::exists(to, error)) {
    return refusal(kConflict, "there is such a file");
  }
  fs::create_directories(to.parent_path(), error);
  fs::rename(from, to, error);
  if (error) return refusal(status_of(error), sentence("it cannot be moved: {}", error.message()));
  return told(request, to, parts[1]);
}

HttpResponse remove(const std::string& name, Service& service) {
  const fs::path file = file_of_user(name, service);
  if (file.empty()) return no_place(name);
  const std::lock_guard lock(service.writing);
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return refusal(kNotFound, "there is no such file");
  fs::remove(file, error);
  if (error) return refusal(status_of(error), sentence("it cannot be removed: {}", error.message()));
  return empty_answer(kNoContent);
}

}  // namespace

void add_userdata_routes(Routes& routes, Service& service) {
  routes.both("GET", "/userdata", [&service](const HttpRequest& request, const PathParts&) {
    return list_of_files(request, service);
  });
  routes.both("GET", "/userdata/*", [&service](const HttpRequest&, const PathParts& parts) {
    return read(parts[0], service);
  });
  routes.both("POST", "/userdata/*", [&service](const HttpRequest& request, const PathParts& parts) {
    return write(request, parts[0], service);
  });
  routes.both("POST", "/userdata/*/move/*",
              [&service](const HttpRequest& request, const PathParts& parts) {
                return move(request, parts, service);
              });
  routes.both("DELETE", "/userdata/*", [&service](const HttpRequest&, const PathParts& parts) {
    return remove(parts[0], service);
  });
}

}  // namespace ksampler::comfy
