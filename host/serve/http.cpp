#include "host/serve/http.hpp"

#include "host/serve/json.hpp"

#include <nlohmann/json.hpp>

namespace ksampler {

void answer(httplib::Response& response, int status, const nlohmann::ordered_json& json) {
  response.status = status;
  response.set_content(json_text(json) + "\n", "application/json");
}

void refuse(httplib::Response& response, int status, const std::vector<Diagnostic>& errors) {
  answer(response, status, {{"errors", diagnostics_json(errors)}});
}

void refuse(httplib::Response& response, int status, const std::string& message) {
  Diagnostic diagnostic;
  diagnostic.message = message;
  refuse(response, status, std::vector<Diagnostic>{diagnostic});
}

}  // namespace ksampler
