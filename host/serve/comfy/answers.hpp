// Answers that several routes give.
#ifndef KSAMPLER_SERVE_COMFY_ANSWERS_HPP
#define KSAMPLER_SERVE_COMFY_ANSWERS_HPP

#include "host/serve/comfy/json.hpp"
#include "host/serve/http/answer.hpp"

#include <filesystem>
#include <string>

namespace ksampler::comfy {

inline HttpResponse empty_answer(int status = kOk) {
  return {.status = status, .headers = {}, .body = {}, .file = {}, .stream = {}};
}

// The JSON of a body, whatever it is said to be; an object without anything where there is no body.
// Throws Error.
Json body_json(const std::string& body);

// A file as it is. What a browser could run as a page of ours is saved instead.
HttpResponse file_answer(const std::filesystem::path& file);

// "image/png", by the file's suffix.
std::string media_type_of(const std::filesystem::path& file);

// "20": at least 0; `otherwise` where there is none. Throws Error where it is no such number.
std::size_t number_of(const HttpRequest& request, const char* key, std::size_t otherwise);

// The text under a key; empty where there is none, or it is none.
std::string text_at(const Json& object, const char* key);

}  // namespace ksampler::comfy

#endif
