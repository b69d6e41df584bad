// Turns one question, D(x, sigma) under a guidance, into as few model calls as it can, and adds up the
// answers. Everything that does not change with x is worked out once; a call allocates nothing.
#ifndef KSAMPLER_SAMPLING_PREDICTOR_HPP
#define KSAMPLER_SAMPLING_PREDICTOR_HPP

#include "host/model/denoise/denoiser.hpp"
#include "host/sampling/guidance.hpp"
#include "host/sampling/guider_chain.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

namespace ksampler {

// What SDXL is told of the picture of a latent, [B,C,H,W]. `cell`: how many pixels wide and high.
SizeConditioning size_of_picture(at::IntArrayRef latent, std::int64_t cell);

class Predictor {
 public:
  // For latents like `prototype`, [B,C,H,W], which is what the run begins with, as the model wants it.
  // `noise_mask`: where it may change; undefined: everywhere. Both are for networks that are shown them
  // (Denoiser::concat). With `split`, the unconditional prediction is asked for
  // even where its weight is 0. `chain`, where not null, makes one of the predictions in place of the
  // weights; it must outlive the predictor, and `guidance` be a positive and perhaps a negative list.
  // Throws Error where an area or mask does not fit.
  Predictor(std::shared_ptr<const Denoiser> model, const Guidance& guidance,
            const at::Tensor& prototype, bool split, GuiderChain* chain = nullptr,
            const at::Tensor& noise_mask = {});
  ~Predictor();

  // denoised = the guided prediction; `unconditional`, where not null, the unconditional one (zeros
  // where the guidance has none). Conditionings outside their range of sigma are left out; a list of
  // which none is left gives zeros, as in ComfyUI.
  void predict(const at::Tensor& x, double sigma, at::Tensor& denoised, at::Tensor* unconditional);

  // How often the model was called: all predictions of one shape count as one.
  std::uint64_t model_calls() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ksampler

#endif
