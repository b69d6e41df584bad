#include "host/serve/comfy/answers.hpp"

#include "host/base/lower_case.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/files/json_text.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <map>

namespace ksampler::comfy {
namespace {

constexpr const char* kBytes = "application/octet-stream";

const std::map<std::string, std::string>& media_types() {
  static const std::map<std::string, std::string> types = {{".html", "text/html; charset=utf-8"},
                                                           {".js", "text/javascript"},
                                                           {".mjs", "text/javascript"},
                                                           {".css", "text/css"},
                                                           {".json", "application/json"},
                                                           {".png", "image/png"},
                                                           {".apng", "image/apng"},
                                                           {".jpg", "image/jpeg"},
                                                           {".jpeg", "image/jpeg"},
                                                           {".webp", "image/webp"},
                                                           {".gif", "image/gif"},
                                                           {".bmp", "image/bmp"},
                                                           {".svg", "image/svg+xml"},
                                                           {".ico", "image/x-icon"},
                                                           {".woff", "font/woff"},
                                                           {".woff2", "font/woff2"},
                                                           {".ttf", "font/ttf"},
                                                           {".webm", "video/webm"},
                                                           {".mp4", "video/mp4"},
                                                           {".mp3", "audio/mpeg"},
                                                           {".txt", "text/plain; charset=utf-8"},
                                                           {".wasm", "application/wasm"}};
  return types;
}

// What is shown, and not run.
bool is_shown(const std::string& type) {
  return type.starts_with("video/") || type.starts_with("audio/") || type.starts_with("text/plain") ||
         (type.starts_with("image/") && type != "image/svg+xml");
}

// A name within quotes of a header: ASCII, without what would end it.
std::string in_header(std::string name) {
  for (char& c : name) {
    if (c < ' ' || c > '~' || c == '"' || c == '\\') c = '_';
  }
  return name;
}

}  // namespace

Json body_json(const std::string& body) {
  if (body.find_first_not_of(" \t\r\n") == std::string::npos) return Json::object();
  try {
    return parse_ordered_json(body);
  } catch (const Error& error) {
    throw Error(sentence("the body is {}", error.what()));
  }
}

std::string media_type_of(const std::filesystem::path& file) {
  const auto at = media_types().find(lower_case(file.extension().string()));
  return at == media_types().end() ? kBytes : at->second;
}

HttpResponse file_answer(const std::filesystem::path& file) {
  const std::string type = media_type_of(file);
  const bool shown = is_shown(type);
  const std::string name = sentence("filename=\"{}\"", in_header(file.filename().string()));
  HttpResponse response = empty_answer();
  response.file = file;
  response.headers = {{"Content-Type", shown ? type : kBytes},
                      {"Content-Disposition", shown ? name : "attachment; " + name},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Cache-Control", "no-cache"}};
  return response;
}

std::size_t number_of(const HttpRequest& request, const char* key, std::size_t otherwise) {
  const std::optional<std::string> text = request.query_value(key);
  if (!text || text->empty()) return otherwise;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error == std::errc() && end == text->data() + text->size()) return number;
  throw Error(sentence("'{}' is {}; it takes a whole number of at least 0", key, quote(*text)));
}

std::string text_at(const Json& object, const char* key) {
  if (!object.is_object()) return "";
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : "";
}

}  // namespace ksampler::comfy
