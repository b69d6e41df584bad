// The guiders of a model around each of its predictions, on LibTorch's tensors.
#ifndef KSAMPLER_SAMPLING_GUIDER_CHAIN_HPP
#define KSAMPLER_SAMPLING_GUIDER_CHAIN_HPP

#include "host/model/denoise/conditioning.hpp"
#include "host/model/load/model.hpp"
#include "host/session/guiders_of_run.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace ksampler {

// A guider of a model, ready for a run.
struct ModelGuiderMade : MadeGuider {
  ConditioningList empty = {};   // the empty prompt, of one that needs it
  ConditioningList second = {};  // the second prompt, likewise
  bool second_is_negative = false;
};

// Throws Error: unknown, wrong parameters, or a prompt that is not there.
std::vector<ModelGuiderMade> make_guiders(const Registry& registry,
                                          const std::vector<ModelGuider>& guiders);

// What a chain is given and changes; of the latent's shape. Null: not asked for.
struct Predictions {
  const at::Tensor* x;
  at::Tensor* positive;
  at::Tensor* negative;
  at::Tensor* empty;
  at::Tensor* perturbed = nullptr;
  at::Tensor* second = nullptr;
};

class GuiderChain {
 public:
  // `run`: the noise levels, the model and the way to stop; for latents like `prototype`. Throws what a
  // guider fails with.
  GuiderChain(std::vector<ModelGuiderMade> guiders, double cfg, const AbiRunSettings& run,
              const at::Tensor& prototype);

  // Whether one of them looks at the negative prediction, at this cfg.
  bool asks_negative() const { return guiders_.asks_negative(); }
  // The empty prompt; null where none looks at it.
  const ConditioningList* empty() const;
  // Whether one of them looks at the prediction of the weakened network.
  bool asks_perturbed() const { return guiders_.asks_perturbed(); }
  // The guider whose second prompt is asked for; null where none looks at one.
  const ModelGuiderMade* with_second() const;

  // denoised = what the chain makes of the predictions, which it may change. Throws Error, Stopped.
  void guide(const Predictions& predictions, double sigma, at::Tensor& denoised);

  // How often a guider waited for the device.
  std::uint64_t waits() const { return guiders_.waits(); }

 private:
  std::vector<ModelGuiderMade> made_;
  GuidersOfRun guiders_;
};

}  // namespace ksampler

#endif
