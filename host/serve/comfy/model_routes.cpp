// /models, /experiment/models, /embeddings, /view_metadata and /internal/folder_paths: which model
// files there are.
#include "host/files/input_file.hpp"
#include "host/files/safetensors_header.hpp"
#include "host/serve/comfy/answers.hpp"
#include "host/serve/comfy/choices.hpp"
#include "host/serve/comfy/file_times.hpp"
#include "host/serve/comfy/routes.hpp"
#include "host/serve/comfy/service.hpp"

#include <set>

namespace ksampler::comfy {
namespace {

namespace fs = std::filesystem;

// Kinds of models with their folders: not those of pictures.
std::map<std::string, std::vector<fs::path>> kinds(const Service& service) {
  std::map<std::string, std::vector<fs::path>> kinds = service.folders.files().kinds();
  for (const char* other : {"input", "output", "temp"}) kinds.erase(other);
  return kinds;
}

Json folder_names(const std::vector<fs::path>& folders) {
  Json names = Json::array();
  for (const fs::path& folder : folders) names.push_back(folder.string());
  return names;
}

// A file in a later folder that is called as one before it is not to be had.
std::vector<FileBelow> models_in(const std::vector<fs::path>& folders) {
  std::vector<FileBelow> files;
  std::set<std::string> names;
  for (const fs::path& folder : folders) {
    for (FileBelow& file : files_below(folder, model_suffixes())) {
      if (names.insert(file.name).second) files.push_back(std::move(file));
    }
  }
  return files;
}

HttpResponse list_of_kinds(const Service& service) {
  Json names = Json::array();
  for (const auto& [kind, folders] : kinds(service)) names.push_back(kind);
  return answer(kOk, names);
}

HttpResponse list_of(const Service& service, const std::string& kind) {
  const auto all = kinds(service);
  const auto at = all.find(kind);
  if (at == all.end()) return refusal(kNotFound, "there is no such kind of models");
  Json names = Json::array();
  for (const FileBelow& file : models_in(at->second)) names.push_back(file.name);
  return answer(kOk, names);
}

HttpResponse described_kinds(const Service& service) {
  Json list = Json::array();
  for (const auto& [kind, folders] : kinds(service)) {
    list.push_back(
        {{"name", kind}, {"folders", folder_names(folders)}, {"extensions", model_suffixes()}});
  }
  return answer(kOk, list);
}

HttpResponse described(const Service& service, const std::string& kind) {
  const auto all = kinds(service);
  const auto at = all.find(kind);
  if (at == all.end()) return refusal(kNotFound, "there is no such kind of models");
  Json list = Json::array();
  for (std::size_t i = 0; i < at->second.size(); ++i) {
    for (const FileBelow& file : files_below(at->second[i], model_suffixes())) {
      const FileTimes times = times_of(file.path);
      list.push_back({{"name", file.name},
                      {"pathIndex", i},
                      {"modified", times.modified / 1e3},
                      {"created", times.created / 1e3},
                      {"size", times.size}});
    }
  }
  return answer(kOk, list);
}

// Without the suffix, as prompts name them.
HttpResponse embeddings(const Service& service) {
  Json names = Json::array();
  for (const FileBelow& file : models_in(service.folders.files().of({"embeddings"}))) {
    names.push_back(fs::path(file.name).replace_extension().generic_string());
  }
  return answer(kOk, names);
}

// What the header of a safetensors file says besides its tensors.
HttpResponse metadata(const Service& service, const std::string& kind, const std::string& name) {
  for (const fs::path& folder : service.folders.files().of({kind})) {
    const fs::path file = inside(folder, name);
    std::error_code ignored;
    if (file.empty() || file.extension() != ".safetensors" || !fs::is_regular_file(file, ignored))
      continue;
    try {
      const std::map<std::string, std::string> said = TensorFile(file).metadata();
      if (!said.empty()) return answer(kOk, Json(said));
    } catch (const Error& error) {
      return refusal(kNotFound, error.diagnostics());
    }
  }
  return refusal(kNotFound, "there is no such file, or it says nothing");
}

}  // namespace

void add_model_routes(Routes& routes, Service& service) {
  routes.both("GET", "/models",
              [&service](const HttpRequest&, const PathParts&) { return list_of_kinds(service); });
  routes.both("GET", "/models/*", [&service](const HttpRequest&, const PathParts& parts) {
    return list_of(service, parts[0]);
  });
  routes.both("GET", "/experiment/models",
              [&service](const HttpRequest&, const PathParts&) { return described_kinds(service); });
  routes.both("GET", "/experiment/models/*", [&service](const HttpRequest&, const PathParts& parts) {
    return described(service, parts[0]);
  });
  routes.both("GET", "/embeddings",
              [&service](const HttpRequest&, const PathParts&) { return embeddings(service); });
  routes.both("GET", "/view_metadata/*",
              [&service](const HttpRequest& request, const PathParts& parts) {
                return metadata(service, parts[0], request.query_value("filename").value_or(""));
              });
  routes.plain("GET", "/internal/folder_paths", [&service](const HttpRequest&, const PathParts&) {
    Json paths = Json::object();
    for (const auto& [kind, folders] : kinds(service)) paths[kind] = folder_names(folders);
    return answer(kOk, paths);
  });
}

}  // namespace ksampler::comfy
