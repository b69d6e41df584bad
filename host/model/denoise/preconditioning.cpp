#include "host/model/denoise/preconditioning.hpp"

#include "host/base/error.hpp"

#include <cmath>

namespace ksampler {

Preconditioning preconditioning(const ModelSampling& sampling, double sigma) {
  if (sampling.is_flow()) return {.c_in = 1.0, .c_skip = 1.0, .c_out = -sigma};
  const double data = sampling.sigma_data();
  const double square = sigma * sigma + data * data;
  const double c_in = 1.0 / std::sqrt(square);
  switch (sampling.prediction()) {
    case KS_PREDICTION_EPS:
      if (const auto consistency = sampling.consistency(sigma)) {
        return {.c_in = c_in,
                .c_skip = consistency->c_skip + consistency->c_out,
                .c_out = -sigma * consistency->c_out};
      }
      return {.c_in = c_in, .c_skip = 1.0, .c_out = -sigma};
    case KS_PREDICTION_V:
      return {.c_in = c_in, .c_skip = data * data / square, .c_out = -sigma * data * c_in};
    case KS_PREDICTION_EDM:
      return {.c_in = c_in, .c_skip = data * data / square, .c_out = sigma * data * c_in};
    case KS_PREDICTION_X0:
      return {.c_in = sampling.scales_input() ? c_in : 1.0, .c_skip = 0.0, .c_out = 1.0};
    default:
      throw Error("a UNet cannot be a flow whose noise is added: expected eps, v, x0, edm or flow");
  }
}

}  // namespace ksampler
