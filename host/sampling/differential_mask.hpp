// Differential diffusion (Levin and Fried 2023): a grey noise mask says from when on a place may
// change. A place of value m is held until the timestep has come down to the share m of the run:
//
//   threshold = (t(sigma) - t_last) / (t_first - t_last)       from 1 to 0
//   mask'     = strength * [mask >= threshold] + (1 - strength) * mask
//
// t_last is of the last noise level, or of the model's smallest where that is below it. As in ComfyUI,
// strength 0 is strength 1.
#ifndef KSAMPLER_SAMPLING_DIFFERENTIAL_MASK_HPP
#define KSAMPLER_SAMPLING_DIFFERENTIAL_MASK_HPP

#include "host/model/noising/model_sampling.hpp"

#include <ATen/core/Tensor.h>

#include <span>

namespace ksampler {

class DifferentialMask {
 public:
  // `sigmas`: of the run, not empty.
  DifferentialMask(const ModelSampling& sampling, std::span<const double> sigmas, double strength);

  // What `mask` is at a noise level.
  at::Tensor at(const at::Tensor& mask, double sigma) const;

 private:
  ModelSampling sampling_;
  float first_;
  float last_;
  double strength_;
};

}  // namespace ksampler

#endif
