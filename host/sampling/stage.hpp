// What a run has for latents of one height and width: what predicts, the guiders and noise sources that
// go along, and the region that is kept. A run whose sampler goes to another size makes it anew.
#ifndef KSAMPLER_SAMPLING_STAGE_HPP
#define KSAMPLER_SAMPLING_STAGE_HPP

#include "host/sampling/kept_region.hpp"
#include "host/sampling/predictor.hpp"
#include "host/sampling/sample.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace ksampler {

class Stage {
 public:
  // For latents like `prototype`, in a run for latents of the sizes `whole`. `split`: see Predictor.
  // Throws what a guider or a noise source fails with as the run begins, and what Predictor throws.
  Stage(const SampleSettings& settings, const AbiRunSettings& run, const at::Tensor& prototype,
        at::IntArrayRef whole, bool split);

  // From now on the region of an inpaint is held.
  void keep(KeptRegion kept) { kept_.emplace(std::move(kept)); }

  // As Predictor's, for x of the run.
  void predict(const at::Tensor& x, double sigma, at::Tensor& denoised, at::Tensor* unconditional);

  at::IntArrayRef sizes() const { return sizes_; }
  NoiseChain* noises() const { return noises_.get(); }  // null: there are none
  std::uint64_t model_calls() const { return predictor_->model_calls(); }
  // How often a guider or a noise source waited for the device.
  std::uint64_t waits() const;

 private:
  std::vector<std::int64_t> sizes_;
  const ModelSampling& sampling_;
  std::unique_ptr<NoiseChain> noises_;
  std::unique_ptr<GuiderChain> guiders_;
  std::unique_ptr<Predictor> predictor_;
  std::optional<KeptRegion> kept_;
};

}  // namespace ksampler

#endif
