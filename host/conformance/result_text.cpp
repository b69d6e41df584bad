#include "host/conformance/result_text.hpp"

#include <nlohmann/json.hpp>

namespace ksampler::conformance {

std::string result_text(const Result& result) {
  nlohmann::json json = {{"outcome", static_cast<int>(result.outcome)},
                         {"detail", result.detail},
                         {"samplers", result.samplers},
                         {"schedulers", result.schedulers},
                         {"guiders", result.guiders},
                         {"noises", result.noises},
                         {"curves", nlohmann::json::array()}};
  for (const Curve& curve : result.curves) {
    json["curves"].push_back({{"name", curve.name},
                              {"kind", curve.kind},
                              {"x", curve.x},
                              {"y", curve.y},
                              {"slope", curve.slope}});
  }
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<Result> parse_result(const std::string& text) {
  try {
    const nlohmann::json json = nlohmann::json::parse(text);
    Result result;
    const int outcome = json.at("outcome");
    if (outcome < 0 || outcome > static_cast<int>(Outcome::fail)) return std::nullopt;
    result.outcome = static_cast<Outcome>(outcome);
    result.detail = json.at("detail");
    result.samplers = json.at("samplers");
    result.schedulers = json.at("schedulers");
    result.guiders = json.at("guiders");
    result.noises = json.at("noises");
    for (const nlohmann::json& curve : json.at("curves")) {
      result.curves.push_back(
          {curve.at("name"), curve.at("kind"), curve.at("x"), curve.at("y"), curve.at("slope")});
    }
    return result;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

}  // namespace ksampler::conformance
