// Answers of every route, in one form.
#ifndef KSAMPLER_SERVE_HTTP_ANSWER_HPP
#define KSAMPLER_SERVE_HTTP_ANSWER_HPP

#include "host/base/error.hpp"
#include "host/serve/http/message.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace ksampler {

enum HttpStatus {
  kOk = 200,
  kCreated = 201,
  kNoContent = 204,
  kBadRequest = 400,
  kForbidden = 403,
  kNotFound = 404,
  kMethodNotAllowed = 405,
  kRequestTimeout = 408,
  kConflict = 409,
  kTooLarge = 413,
  kHeadTooLarge = 431,
  kServerError = 500,
  kUnavailable = 503
};

// On one line. Text that is no UTF-8, as of a file's name, is mended.
std::string json_text(const nlohmann::ordered_json& json);

// [{"file": ..., "line": 3, "column": 7, "message": ...}]; line and column where they are known.
nlohmann::ordered_json diagnostics_json(const std::vector<Diagnostic>& diagnostics);

HttpResponse answer(int status, const nlohmann::ordered_json& json);
HttpResponse text_answer(int status, std::string body, std::string type);

// {"errors": [...]}, which is the form of everything that goes wrong.
HttpResponse refusal(int status, const std::vector<Diagnostic>& errors);
HttpResponse refusal(int status, const std::string& message);

}  // namespace ksampler

#endif
