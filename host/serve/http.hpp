// Answers of every route, in one form. Only the files that are routes include it.
#ifndef KSAMPLER_SERVE_HTTP_HPP
#define KSAMPLER_SERVE_HTTP_HPP

#include "host/base/error.hpp"
#include "host/serve/http/answer.hpp"

#include <nlohmann/json_fwd.hpp>

#include <httplib.h>

#include <string>
#include <vector>

namespace ksampler {

void answer(httplib::Response& response, int status, const nlohmann::ordered_json& json);

// {"errors": [...]}, which is the form of everything that goes wrong.
void refuse(httplib::Response& response, int status, const std::vector<Diagnostic>& errors);
void refuse(httplib::Response& response, int status, const std::string& message);

}  // namespace ksampler

#endif
