// /upload/image and /upload/mask: pictures into the input folder. /internal/files/input: what is in it.
#include "host/base/sentence.hpp"
#include "host/files/json_text.hpp"
#include "host/files/output.hpp"
#include "host/files/png.hpp"
#include "host/serve/comfy/answers.hpp"
#include "host/serve/comfy/choices.hpp"
#include "host/serve/comfy/multipart.hpp"
#include "host/serve/comfy/pixels.hpp"
#include "host/serve/comfy/routes.hpp"
#include "host/serve/comfy/service.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <span>

namespace ksampler::comfy {
namespace {

namespace fs = std::filesystem;

constexpr int kMostCopies = 10000;

// The name alone: what browsers and clients put before it says where it lay with them.
std::string plain_name(std::string name) {
  std::ranges::replace(name, '\\', '/');
  name = fs::path(name).filename().string();
  const bool odd = std::ranges::any_of(name, [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; });
  if (name.empty() || name == "." || name == ".." || odd)
    throw Error("the file in the form has no name");
  return name;
}

bool holds(const fs::path& file, std::string_view content) {
  std::error_code ignored;
  if (fs::file_size(file, ignored) != content.size()) return false;
  std::ifstream stream(file, std::ios::binary);
  const std::string there{std::istreambuf_iterator<char>(stream), {}};
  return there == content;
}

// Where what is sent is written: without `overwrite`, another file of that name stays, and this one
// gets a number.
FileName free_name(const Folders& folders, FileName wanted, std::string_view content, bool overwrite) {
  const fs::path name = wanted.name;
  if (is_too_long(wanted.name) || is_too_long(wanted.subfolder)) throw Error(kTooLong);
  for (int copy = 0; copy < kMostCopies; ++copy) {
    if (copy > 0)
      wanted.name = sentence("{} ({}){}", name.stem().string(), copy, name.extension().string());
    const fs::path file = folders.to_write(wanted);
    std::error_code ignored;
    if (file.empty())
      throw Error("'type' or 'subfolder' leads out of the folders input, output and temp");
    if (overwrite || !fs::exists(file, ignored) || holds(file, content)) return wanted;
  }
  throw Error(sentence("there are {} files of this name", kMostCopies));
}

struct Upload {
  FileName name;
  std::string_view content;
  bool overwrite = false;
};

Upload read_upload(const std::vector<FormPart>& parts) {
  const auto file = std::ranges::find_if(
      parts, [](const FormPart& part) { return part.name == "image" && !part.filename.empty(); });
  if (file == parts.end()) throw Error("the form has no file 'image'");
  Upload upload{{plain_name(file->filename), form_value(parts, "subfolder"), form_value(parts, "type")},
                file->content};
  if (upload.name.type.empty()) upload.name.type = "input";
  const std::string overwrite = form_value(parts, "overwrite");
  upload.overwrite = overwrite == "true" || overwrite == "1";
  return upload;
}

HttpResponse keep(const Upload& upload, std::string_view content, Service& service) {
  const std::lock_guard lock(service.writing);
  const FileName name = free_name(service.folders, upload.name, content, upload.overwrite);
  const fs::path file = service.folders.to_write(name);
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  write_whole(file, std::as_bytes(std::span(content)));
  return answer(kOk, {{"name", name.name}, {"subfolder", name.subfolder}, {"type", name.type}});
}

// The colours of the file that it is a mask of, with the alpha of what was sent.
std::string masked(const std::vector<FormPart>& parts, const Upload& upload, const Service& service) {
  const nlohmann::json reference = parse_json(form_value(parts, "original_ref"));
  const auto text = [&](const char* key, const char* otherwise) {
    const auto at = reference.find(key);
    return reference.is_object() && at != reference.end() && at->is_string() ? at->get<std::string>()
                                                                             : otherwise;
  };
  const fs::path original =
      service.folders.to_read({text("filename", ""), text("subfolder", ""), text("type", "output")});
  if (original.empty()) throw Error("'original_ref' leads out of the folders input, output and temp");
  const Picture colours = read_picture(original);
  const auto frames = decode_frames(
      upload.name.name, std::as_bytes(std::span(upload.content.data(), upload.content.size())));
  const Picture& alpha = frames.front();
  if (alpha.width != colours.width || alpha.height != colours.height) {
    throw Error(sentence("the mask is {} x {}, and the picture {} x {}", alpha.width, alpha.height,
                         colours.width, colours.height));
  }
  const std::vector<std::byte> png = png_bytes_with_alpha(
      colours.width, colours.height, colours_with_alpha_of(colours, alpha), colours.text);
  return {reinterpret_cast<const char*>(png.data()), png.size()};
}

HttpResponse refused(const Error& error) { return refusal(kBadRequest, error.diagnostics()); }

// Newest first: what was just sent is what is looked for.
Json input_files(const Service& service) {
  std::vector<FileBelow> files = files_below(service.folders.input(), {});
  const auto changed = [](const FileBelow& file) {
    std::error_code ignored;
    return fs::last_write_time(file.path, ignored);
  };
  std::ranges::stable_sort(files, std::ranges::greater(), changed);
  Json names = Json::array();
  for (const FileBelow& file : files) names.push_back(file.name + " [input]");
  return names;
}

}  // namespace

void add_upload_routes(Routes& routes, Service& service) {
  routes.both(
      "POST", "/upload/image",
      [&service](const HttpRequest& request, const PathParts&) {
        try {
          const Upload upload = read_upload(form_parts(request.header("Content-Type"), request.body));
          return keep(upload, upload.content, service);
        } catch (const Error& error) {
          return refused(error);
        }
      },
      kLargestUpload);
  routes.both(
      "POST", "/upload/mask",
      [&service](const HttpRequest& request, const PathParts&) {
        try {
          const auto parts = form_parts(request.header("Content-Type"), request.body);
          const Upload upload = read_upload(parts);
          return keep(upload, masked(parts, upload, service), service);
        } catch (const Error& error) {
          return refused(error);
        }
      },
      kLargestUpload);
  routes.plain("GET", "/internal/files/input", [&service](const HttpRequest&, const PathParts&) {
    return answer(kOk, input_files(service));
  });
}

}  // namespace ksampler::comfy
