// Guiders, one after the other, around each prediction of a run: see ks/guider.h.
#ifndef KSAMPLER_SESSION_GUIDERS_OF_RUN_HPP
#define KSAMPLER_SESSION_GUIDERS_OF_RUN_HPP

#include "host/plugin/registry.hpp"
#include "host/session/abi_run.hpp"
#include "host/session/run_companion.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace ksampler {

// A guider, ready for a run.
struct MadeGuider {
  GuiderDescription description;
  std::shared_ptr<GuiderInstance> instance;
};

// What guiders are given and change; of the latent's shape. Null: not asked for.
struct RunPredictions {
  const RunTensor* x;
  const RunTensor* positive;
  const RunTensor* negative;
  const RunTensor* empty;
  const RunTensor* perturbed = nullptr;
  const RunTensor* second = nullptr;
};

class GuidersOfRun {
 public:
  // `run`: the noise levels, the model and the way to stop. Throws what a guider fails with.
  GuidersOfRun(const std::vector<MadeGuider>& guiders, double cfg, const AbiRunSettings& run,
               const MakeSpace& make_space);
  ~GuidersOfRun();
  GuidersOfRun(const GuidersOfRun&) = delete;
  GuidersOfRun& operator=(const GuidersOfRun&) = delete;

  // Whether one of them looks at the negative prediction, at this cfg.
  bool asks_negative() const;
  // The first of the guiders that looks at the prediction for an empty prompt, by its place among those
  // that were given; none does where it is empty.
  std::optional<std::size_t> asks_empty() const;

  // Whether one of them looks at the prediction of the weakened network.
  bool asks_perturbed() const;
  // The first that looks at the prediction for a second prompt, like asks_empty().
  std::optional<std::size_t> asks_second() const;

  // denoised = what they make of the predictions, which they may change. Throws Error, Stopped.
  void guide(const RunPredictions& predictions, double sigma, const RunTensor& denoised);

  // How often a guider waited for the device.
  std::uint64_t waits() const;

 private:
  struct Link;
  std::optional<std::size_t> first_that(bool GuiderDescription::*needs) const;
  void guide_with(Link& link, const RunPredictions& predictions, double sigma, double& cfg,
                  const RunTensor* denoised);

  std::vector<std::unique_ptr<Link>> links_;  // in the order of their stages
  std::unique_ptr<Space> space_;              // for what is combined without a guider
  double cfg_;
  std::uint32_t call_ = 0;
};

}  // namespace ksampler

#endif
