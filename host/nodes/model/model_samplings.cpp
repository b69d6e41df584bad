// The ModelSampling nodes and ModelNoiseScale: a network under another parameterization.
#include "host/base/conventions.hpp"
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/nodes/model/functions.hpp"
#include "host/nodes/values.hpp"

#include <map>

namespace ksampler {
namespace {

// A flow under another shift still is of a network that was trained with so much noise.
ModelValue with_flow(const ModelValue& model, double shift, double multiplier) {
  return with_sampling(
      model, ModelSampling::flow(shift, multiplier).with_noise_scale(model.sampling.noise_scale()));
}

struct Levels {
  double least;
  double largest;
};

// The levels lie evenly in their logarithm.
Levels levels_in(const Inputs& in) {
  const Levels levels{in.number("sigma_min"), in.number("sigma_max")};
  if (levels.least > 0.0 && levels.largest > levels.least) return levels;
  throw Error(sentence("'sigma_min' is {} and 'sigma_max' {}; expected 0 < sigma_min < sigma_max",
                       in.number("sigma_min"), in.number("sigma_max")));
}

}  // namespace

std::vector<Value> run_model_sampling_discrete(const NodeContext&, const Inputs& in) {
  static const std::map<std::string, std::uint32_t> predictions = {
      {"eps", KS_PREDICTION_EPS}, {"v_prediction", KS_PREDICTION_V}, {"x0", KS_PREDICTION_X0}};
  const auto& model = in.link<ModelValue>("model");
  const bool zsnr = in.boolean("zsnr");
  if (in.text("sampling") == "img_to_img") {
    return {with_sampling(model, ModelSampling::image_to_image(zsnr))};
  }
  if (in.text("sampling") == "lcm") return {with_sampling(model, ModelSampling::lcm(zsnr))};
  return {with_sampling(model, ModelSampling::discrete(predictions.at(in.text("sampling")),
                                                       {.zero_terminal_snr = zsnr}))};
}

std::vector<Value> run_model_sampling_sd3(const NodeContext&, const Inputs& in) {
  return {with_flow(in.link<ModelValue>("model"), in.number("shift"), 1000.0)};
}

// Its network is told the noise level itself.
std::vector<Value> run_model_sampling_aura_flow(const NodeContext&, const Inputs& in) {
  return {with_flow(in.link<ModelValue>("model"), in.number("shift"), 1.0)};
}

std::vector<Value> run_model_sampling_continuous_edm(const NodeContext&, const Inputs& in) {
  const std::string& sampling = in.text("sampling");
  const auto [least, largest] = levels_in(in);
  const auto made = [&] {
    if (sampling == "cosmos_rflow") return ModelSampling::cosmos_flow(least, largest);
    if (sampling == "edm") return ModelSampling::edm(KS_PREDICTION_EDM, least, largest, 0.5);
    return ModelSampling::edm(sampling == "eps" ? KS_PREDICTION_EPS : KS_PREDICTION_V, least, largest);
  };
  return {with_sampling(in.link<ModelValue>("model"), made())};
}

std::vector<Value> run_model_sampling_continuous_v(const NodeContext&, const Inputs& in) {
  const auto [least, largest] = levels_in(in);
  return {with_sampling(in.link<ModelValue>("model"), ModelSampling::continuous_v(least, largest))};
}

// The shift grows linearly with the tokens of the picture, from base_shift at 256 to max_shift at 4096.
std::vector<Value> run_model_sampling_flux(const NodeContext&, const Inputs& in) {
  constexpr double kFewTokens = 256;
  constexpr double kManyTokens = 4096;
  constexpr double kPixelsPerToken = kCellPixels * kCellPixels * 2 * 2;
  const double slope = (in.number("max_shift") - in.number("base_shift")) / (kManyTokens - kFewTokens);
  const double tokens =
      static_cast<double>(in.integer("width") * in.integer("height")) / kPixelsPerToken;
  return {with_sampling(in.link<ModelValue>("model"),
                        ModelSampling::flux(in.number("base_shift") + slope * (tokens - kFewTokens)))};
}

std::vector<Value> run_model_noise_scale(const NodeContext&, const Inputs& in) {
  const Model& model = in.link<ModelValue>("model");
  return {with_sampling(model, model.sampling.with_noise_scale(in.number("noise_scale")))};
}

}  // namespace ksampler
