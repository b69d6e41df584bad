#include "host/model/noising/noise_levels.hpp"

#include <ks/float32.hpp>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace ksampler {
namespace {

// abar of the last timestep where it would be 0, at which sigma is not finite: sigma is 4518.8 instead.
constexpr double kLastAlphaBar = 4.8973451890853435e-08;

std::vector<double> alpha_bars(const DiscreteBetas& betas) {
  std::vector<double> result;
  const double first = std::sqrt(betas.first);
  const double last = std::sqrt(betas.last);
  const double step = (last - first) / (betas.count - 1);
  double product = 1.0;
  for (std::uint32_t i = 0; i < betas.count; ++i) {
    // From the nearer end, as torch.linspace counts.
    const double root =
        i < betas.count / 2 ? std::fma(step, i, first) : std::fma(-step, betas.count - 1 - i, last);
    product *= 1.0 - root * root;
    result.push_back(product);
  }
  return result;
}

// Shifts and scales sqrt(abar) so that the last is 0 and the first stays.
void rescale_to_zero_terminal_snr(std::span<double> alpha_bars) {
  const double first = std::sqrt(alpha_bars.front());
  const double last = std::sqrt(alpha_bars.back());
  for (double& alpha_bar : alpha_bars) {
    const double root = (std::sqrt(alpha_bar) - last) * (first / (first - last));
    alpha_bar = root * root;
  }
  alpha_bars.back() = kLastAlphaBar;
}

class Discrete : public NoiseLevels {
 public:
  explicit Discrete(const DiscreteBetas& betas) : stride_(static_cast<float>(betas.stride)) {
    std::vector<double> abar = alpha_bars(betas);
    if (betas.zero_terminal_snr) rescale_to_zero_terminal_snr(abar);
    const std::size_t stride = betas.stride;
    for (std::size_t i = (abar.size() - 1) % stride; i < abar.size(); i += stride) {
      const double a = abar[i];
      const double sigma = std::sqrt((1.0 - a) / a);
      table_.push_back(static_cast<float>(sigma));
      log_sigmas_.push_back(static_cast<float>(std::log(sigma)));
    }
  }

  explicit Discrete(std::vector<float> sigmas) : stride_(1.0F) {
    table_ = std::move(sigmas);
    for (const float sigma : table_) {
      log_sigmas_.push_back(static_cast<float>(std::log(static_cast<double>(sigma))));
    }
  }

  // Between two entries, linear in log sigma.
  float sigma(float timestep) const override {
    if (std::isnan(timestep)) return timestep;  // a plugin may ask for it; it is no place in a table
    const float entry = (timestep - (stride_ - 1.0F)) / stride_;
    const float t = std::clamp(entry, 0.0F, static_cast<float>(log_sigmas_.size() - 1));
    const float low = std::floor(t);
    const float w = t - low;
    const float log_sigma = (1.0F - w) * log_sigmas_[static_cast<std::size_t>(low)] +
                            w * log_sigmas_[static_cast<std::size_t>(std::ceil(t))];
    return ks::float32::exp(log_sigma);
  }

  // The nearest entry in log sigma, the lower one of two.
  float timestep(float sigma) const override {
    const float log_sigma = ks::float32::log(sigma);
    const auto nearest = std::min_element(
        log_sigmas_.begin(), log_sigmas_.end(),
        [&](float a, float b) { return std::abs(log_sigma - a) < std::abs(log_sigma - b); });
    return static_cast<float>(nearest - log_sigmas_.begin()) * stride_ + (stride_ - 1.0F);
  }

  double percent_to_sigma(double percent) const override {
    // 999 is the reference's, whatever the length of the table.
    return sigma(static_cast<float>((1.0 - percent) * 999.0));
  }
  double start() const override { return 999999999.9; }

 private:
  float stride_;  // timesteps from one entry to the next; the last is the last timestep
  std::vector<float> log_sigmas_;
};

}  // namespace

std::shared_ptr<const NoiseLevels> discrete_levels(const DiscreteBetas& betas) {
  return std::make_shared<Discrete>(betas);
}

std::shared_ptr<const NoiseLevels> table_levels(std::vector<float> sigmas) {
  return std::make_shared<Discrete>(std::move(sigmas));
}

}  // namespace ksampler
