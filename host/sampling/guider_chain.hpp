// The guiders of a model, one after the other, around each prediction of a run: see ks/guider.h.
#ifndef KSAMPLER_SAMPLING_GUIDER_CHAIN_HPP
#define KSAMPLER_SAMPLING_GUIDER_CHAIN_HPP

#include "host/model/denoise/conditioning.hpp"
#include "host/model/load/model.hpp"
#include "host/plugin/registry.hpp"
#include "host/sampling/abi_run.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ksampler {

// A guider of a model, ready for a run.
struct MadeGuider {
  GuiderDescription description;
  std::shared_ptr<GuiderInstance> instance;
  ConditioningList empty;  // the empty prompt, of one that needs it
};

// Throws Error: unknown, or wrong parameters.
std::vector<MadeGuider> make_guiders(const Registry& registry, const std::vector<ModelGuider>& guiders);

// What a chain is given and changes; of the latent's shape. Null: not asked for.
struct Predictions {
  const at::Tensor* x;
  at::Tensor* positive;
  at::Tensor* negative;
  at::Tensor* empty;
};

class GuiderChain {
 public:
  // `run`: the noise levels, the model and the way to stop; for latents like `prototype`. Throws what a
  // guider fails with.
  GuiderChain(std::vector<MadeGuider> guiders, double cfg, const AbiRunSettings& run,
              const at::Tensor& prototype);
  ~GuiderChain();
  GuiderChain(const GuiderChain&) = delete;
  GuiderChain& operator=(const GuiderChain&) = delete;

  // Whether one of them looks at the negative prediction, at this cfg.
  bool asks_negative() const;
  // The empty prompt; null where none looks at it.
  const ConditioningList* empty() const;

  // denoised = what the chain makes of the predictions, which it may change. Throws Error, Stopped.
  void guide(const Predictions& predictions, double sigma, at::Tensor& denoised);

  // How often a guider waited for the device.
  std::uint64_t waits() const;

 private:
  struct Link;
  void guide_with(Link& link, const Predictions& predictions, double sigma, double& cfg,
                  at::Tensor* denoised);

  std::vector<std::unique_ptr<Link>> links_;  // in the order of their stages
  double cfg_;
  std::uint32_t call_ = 0;
};

}  // namespace ksampler

#endif
