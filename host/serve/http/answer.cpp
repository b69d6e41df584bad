#include "host/serve/http/answer.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace ksampler {

using Json = nlohmann::ordered_json;

Json diagnostics_json(const std::vector<Diagnostic>& diagnostics) {
  Json json = Json::array();
  for (const Diagnostic& each : diagnostics) {
    Json one;
    if (!each.place.file.empty()) one["file"] = each.place.file;
    if (each.place.line > 0) one["line"] = each.place.line;
    if (each.place.column > 0) one["column"] = each.place.column;
    one["message"] = each.message;
    one["kind"] = kind_name(each.kind);
    if (!each.node.empty()) one["node"] = each.node;
    if (!each.input.empty()) one["input"] = each.input;
    json.push_back(std::move(one));
  }
  return json;
}

std::string json_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

HttpResponse answer(int status, const Json& json) {
  return text_answer(status, json_text(json) + "\n", "application/json");
}

HttpResponse text_answer(int status, std::string body, std::string type) {
  HttpResponse response;
  response.status = status;
  response.headers.emplace_back("Content-Type", std::move(type));
  response.body = std::move(body);
  return response;
}

HttpResponse refusal(int status, const std::vector<Diagnostic>& errors) {
  return answer(status, {{"errors", diagnostics_json(errors)}});
}

HttpResponse refusal(int status, const std::string& message) {
  Diagnostic diagnostic;
  diagnostic.message = message;
  return refusal(status, std::vector<Diagnostic>{diagnostic});
}

}  // namespace ksampler
