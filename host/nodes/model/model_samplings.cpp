// ModelSamplingDiscrete, ModelSamplingSD3, ModelSamplingFlux and ModelNoiseScale: a network under
// another parameterization.
#include "host/base/conventions.hpp"
#include "host/nodes/model/functions.hpp"
#include "host/nodes/values.hpp"

#include <map>

namespace ksampler {

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
  return {with_sampling(in.link<ModelValue>("model"), ModelSampling::flow(in.number("shift")))};
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
