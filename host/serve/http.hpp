// Answers of every route, in one form. Only the files that are routes include it.
#ifndef KSAMPLER_SERVE_HTTP_HPP
#define KSAMPLER_SERVE_HTTP_HPP

#include "host/base/error.hpp"

#include <nlohmann/json_fwd.hpp>

#include <httplib.h>

#include <string>
#include <vector>

namespace ksampler {

enum HttpStatus {
  kOk = 200,
  kCreated = 201,
  kBadRequest = 400,
  kForbidden = 403,
  kNotFound = 404,
  kConflict = 409,
  kTooLarge = 413,
  kServerError = 500,
  kUnavailable = 503
};

void answer(httplib::Response& response, int status, const nlohmann::ordered_json& json);

// {"errors": [...]}, which is the form of everything that goes wrong.
void refuse(httplib::Response& response, int status, const std::vector<Diagnostic>& errors);
void refuse(httplib::Response& response, int status, const std::string& message);

}  // namespace ksampler

#endif
