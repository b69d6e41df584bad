#include "host/conformance/reports.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace ksampler::conformance {
namespace {

using Json = nlohmann::ordered_json;

Json part_json(const Part& part) {
  Json json;
  json["name"] = part.name;
  json["outcome"] = outcome_name(part.result.outcome);
  json["detail"] = part.result.detail;
  for (const Curve& curve : part.result.curves) {
    Json drawn = {{"model", curve.name}, {"kind", curve.kind}, {"x", curve.x}, {"y", curve.y}};
    if (curve.kind == "convergence") drawn["slope"] = curve.slope;
    json["curves"].push_back(std::move(drawn));
  }
  return json;
}

}  // namespace

std::string json_text(const Report& report) {
  Json json;
  json["file"] = report.file.string();
  json["passed"] = !report.failed();
  for (const Outcome outcome : {Outcome::pass, Outcome::warn, Outcome::skip, Outcome::fail}) {
    json["count"][outcome_name(outcome)] = report.count(outcome);
  }
  json["seconds"] = std::round(report.seconds * 1000) / 1000;
  json["checks"] = Json::array();
  for (const Entry& entry : report.entries) {
    Json check;
    check["name"] = entry.check->name;
    check["group"] = entry.check->group;
    check["sentence"] = entry.check->sentence;
    check["outcome"] = outcome_name(entry.outcome());
    check["detail"] = entry.detail();
    for (const Part& part : entry.parts) {
      if (!part.name.empty()) check["parts"].push_back(part_json(part));
    }
    json["checks"].push_back(std::move(check));
  }
  // A name from a plugin may be no UTF-8, which JSON has to be.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ksampler::conformance
