// A model's parameterization as data: its noise levels, how it mixes noise into a latent, and what its
// network predicts. A value: copies share what is behind it. Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NOISING_MODEL_SAMPLING_HPP
#define KSAMPLER_MODEL_NOISING_MODEL_SAMPLING_HPP

#include "host/model/noising/noise_levels.hpp"

#include <ks/model.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ksampler {

// The latent at a noise level: x = latent * x0 + noise * (unit noise).
struct Noising {
  double latent;
  double noise;
};

// The latent that a run starts with: x = noise * (unit noise) + latent * (the given latent).
struct NoiseScaling {
  double noise;
  double latent;
};

// What makes a network a consistency model: D(x, sigma) = c_skip x + c_out D_network(x, sigma), which
// is x at timestep 0 (Song et al. 2023, appendix C; Luo et al. 2023, with the timestep scaled by 10):
//   c_skip = s^2 / (t^2 + s^2);  c_out = t / sqrt(t^2 + s^2);  s = 0.5, t = 10 * timestep
struct Consistency {
  double c_skip;
  double c_out;
};

class ModelSampling {
 public:
  // One of names(), with the constants of the models that are known by it:
  //   eps, v, x0   SD1's discrete levels          edm          0.002 to 120, sigma_data 1
  //   v_zsnr       the same, zero terminal SNR    cosmos_flow  0.002 to 80
  //   flow         shift 3, multiplier 1000       flux         shift 1.15
  // Throws Error with the nearest name.
  static ModelSampling named(const std::string& name);
  static const std::vector<std::string>& names();

  // `prediction`: KS_PREDICTION_...
  static ModelSampling discrete(std::uint32_t prediction, const DiscreteBetas& betas = {});
  // The sigma of each timestep, rising; additive noise. Throws Error where they are not above 0, or do
  // not rise.
  static ModelSampling table(std::uint32_t prediction, std::vector<float> sigmas);
  // Latent consistency models (Luo et al. 2023): eps at 50 of SD1's noise levels, with the boundary
  // condition of consistency models, see Consistency.
  static ModelSampling lcm(bool zero_terminal_snr = false);
  // Networks that make a picture of a picture: what they are given is not scaled, and what they predict
  // is the picture. SD1's noise levels.
  static ModelSampling image_to_image(bool zero_terminal_snr = false);
  static ModelSampling edm(std::uint32_t prediction, double sigma_min = 0.002, double sigma_max = 120.0,
                           double sigma_data = 1.0);
  // v prediction at any level, whose timestep is the angle between picture and noise.
  static ModelSampling continuous_v(double sigma_min = 0.03, double sigma_max = 500.0);
  static ModelSampling cosmos_flow(double sigma_min = 0.002, double sigma_max = 80.0);
  static ModelSampling flow(double shift = 3.0, double multiplier = 1000.0);
  static ModelSampling flux(double shift = 1.15);

  // The same for a model that was trained with noise of `scale` times unit variance (HiDream-O1: 7.5,
  // 8): what a run adds, at its start and on the way, is multiplied by it. Plugins see nothing of it.
  ModelSampling with_noise_scale(double scale) const;
  double noise_scale() const;  // 1 but for such a model

  // As plugins see it; lives as long as this or a copy of it.
  const ks_model_sampling* abi() const;

  bool is_flow() const { return abi()->noising == KS_NOISING_FLOW; }
  std::uint32_t prediction() const { return abi()->prediction; }
  double sigma_data() const;  // the standard deviation of clean latents that EDM scales by
  std::optional<Consistency> consistency(double sigma) const;  // none: not such a model
  bool scales_input() const;  // the latent is given to the network at unit variance
  double sigma_min() const { return abi()->sigma_min; }
  double sigma_max() const { return abi()->sigma_max; }

  // All three take and give float32 values, widened; percent_to_sigma gives a float64 where the
  // reference does, and its users compare with it.
  double sigma(double timestep) const;
  double timestep(double sigma) const;
  double percent_to_sigma(double percent) const;

  Noising noising(double sigma) const;

  // `at_maximum`: the run starts at (or above) sigma_max, where an additive model has seen
  // noise * sqrt(1 + sigma^2), the spread of the noised latents, rather than noise * sigma.
  NoiseScaling noise_scaling(double sigma, bool at_maximum) const;
  // What x is multiplied by after a run that ended at `sigma`: a flow model has scaled the latent.
  // Throws Error at sigma 1, where a flow model's x has no latent in it.
  double inverse_noise_scaling(double sigma) const;

 private:
  struct State;
  explicit ModelSampling(std::shared_ptr<const State> state);
  // A copy, changed by `change`.
  template <typename Change>
  ModelSampling changed(Change&& change) const;
  static ModelSampling make(std::shared_ptr<const NoiseLevels> levels, std::uint32_t noising,
                            std::uint32_t prediction, double shift, double sigma_data,
                            bool consistency = false);

  std::shared_ptr<const State> state_;
};

}  // namespace ksampler

#endif
