// The smallest host: a ks_run over std::vector<double>, with counters and with failures on demand, for
// tests of the SDK and of samplers without LibTorch.
#ifndef TESTS_SDK_TOY_HOST_HPP
#define TESTS_SDK_TOY_HOST_HPP

#include <ks/ks.h>

#include <algorithm>
#include <limits>
#include <string>

#include "tests/sdk/toy_noise.hpp"

struct ks_tensor {
  std::vector<double> values;
  bool live;
};

namespace ksampler::toy {

// What a run was asked for.
struct Counters {
  std::uint32_t model_calls = 0;
  std::uint32_t noise_draws = 0;
  std::uint32_t steps = 0;
  std::uint32_t lincombs = 0;
  std::uint32_t terms = 0;      // of all lincombs
  std::uint32_t allocated = 0;  // tensors made because none was free
  std::uint32_t live = 0;       // tensors not yet released, the latent not counted
};

class Host {
 public:
  // What a test sets up, and then calls `sample`.
  Vector sigmas;
  Vector x;
  bool flow = false;
  Denoiser denoiser;
  Denoiser unconditional;  // the denoiser itself where empty
  Noise noise = normal_noise(1);
  std::function<void(const ks_step&)> on_step;
  std::uint32_t fail_at_model_call = 0;  // counted from 1; 0: never
  std::uint32_t stop_at_step = 0;

  // What it sees afterwards.
  Counters counters;
  std::string message;               // the last error
  std::vector<Counters> at_step;     // the counters at each step
  std::vector<double> noise_sigmas;  // both ends of the interval of each draw

  Host() = default;
  Host(const Host&) = delete;

  // Runs `sampler` on x. `info` says which calls it may make.
  ks_status sample(ks_sampler& sampler, const ks_sampler_info& info) {
    info_ = &info;
    ks_tensor latent{x, true};
    latent_ = &latent;
    const ks_status status = sampler.sample(&sampler, abi(), &latent);
    x = latent.values;
    latent_ = nullptr;
    return status;
  }

  // The run by itself, for tests of the SDK.
  const ks_run* abi() {
    model_.size = sizeof(ks_model_sampling);
    model_.noising = flow ? KS_NOISING_FLOW : KS_NOISING_ADDITIVE;
    model_.prediction = flow ? KS_PREDICTION_FLOW : KS_PREDICTION_EDM;
    table_ = flow ? Vector{0.001, 1.0} : Vector{0.01, 100.0};
    model_.sigma_count = 2;
    model_.sigmas = table_.data();
    model_.sigma_min = table_.front();
    model_.sigma_max = table_.back();
    model_.shift = 1;
    model_.sigma =
        flow ? [](void*, double t) { return t; } : [](void*, double t) { return std::exp(t); };
    model_.timestep = flow ? [](void*, double sigma) { return sigma; }
                           : [](void*, double sigma) { return std::log(sigma); };
    model_.percent_to_sigma =
        flow ? [](void*, double percent) { return 1 - percent; }
             : [](void*, double percent) { return 0.01 * std::pow(1e4, 1 - percent); };
    run_ = {.size = sizeof(ks_run),
            .steps = static_cast<std::uint32_t>(sigmas.size() - 1),
            .sigmas = sigmas.data(),
            .model = &model_,
            .tensors = &ops_,
            .context = this,
            .denoise = &denoise,
            .denoise_split = &denoise_split,
            .noise = &draw,
            .step = &step,
            .set_error = [](const ks_run* run, const char* text) { self(run).message = text; },
            .extension = [](const ks_run*, const char*) -> const void* { return nullptr; }};
    return &run_;
  }

  // Whether a handle may be used: alive, and of this run.
  bool knows(const ks_tensor* tensor) const {
    if (tensor != nullptr && tensor == latent_) return true;
    return std::any_of(pool_.begin(), pool_.end(),
                       [&](const auto& held) { return held.get() == tensor && held->live; });
  }

 private:
  static Host& self(const ks_run* run) { return *static_cast<Host*>(run->context); }

  static ks_status refuse(const ks_run* run, const char* text) {
    self(run).message = text;
    return KS_INVALID_ARGUMENT;
  }

  static ks_status create(const ks_run* run, ks_tensor** tensor) {
    Host& host = self(run);
    ++host.counters.live;
    // What is read before it is written shows as NaN.
    const Vector undefined(host.x.size(), std::numeric_limits<double>::quiet_NaN());
    for (const auto& held : host.pool_) {
      if (held->live) continue;
      *held = {undefined, true};
      *tensor = held.get();
      return KS_OK;
    }
    ++host.counters.allocated;
    host.pool_.push_back(std::make_unique<ks_tensor>(ks_tensor{undefined, true}));
    *tensor = host.pool_.back().get();
    return KS_OK;
  }

  static void release(const ks_run* run, ks_tensor* tensor) {
    if (tensor == nullptr) return;
    tensor->live = false;
    --self(run).counters.live;
  }

  static ks_status lincomb(const ks_run* run, ks_tensor* dst, std::uint32_t count,
                           const double* coefficients, ks_tensor* const* terms) {
    Host& host = self(run);
    ++host.counters.lincombs;
    host.counters.terms += count;
    if (!host.knows(dst)) return refuse(run, "lincomb into an unknown tensor");
    Vector sum(dst->values.size(), 0.0);
    for (std::uint32_t k = 0; k < count; ++k) {
      if (!host.knows(terms[k])) return refuse(run, "lincomb of an unknown tensor");
      if (!std::isfinite(coefficients[k])) return refuse(run, "a coefficient is not finite");
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += coefficients[k] * terms[k]->values[i];
    }
    dst->values = sum;
    return KS_OK;
  }

  static ks_status norm(const ks_run*, const ks_tensor* tensor, double* result) {
    double sum = 0;
    for (double value : tensor->values) sum += value * value;
    *result = std::sqrt(sum / static_cast<double>(tensor->values.size()));
    return KS_OK;
  }

  static ks_status error_norm(const ks_run*, const ks_tensor* low, const ks_tensor* high,
                              const ks_tensor* previous, double atol, double rtol, double* result) {
    double sum = 0;
    for (std::size_t i = 0; i < low->values.size(); ++i) {
      const double size = std::max(std::abs(low->values[i]), std::abs(previous->values[i]));
      const double error = (low->values[i] - high->values[i]) / std::max(atol, rtol * size);
      sum += error * error;
    }
    *result = std::sqrt(sum / static_cast<double>(low->values.size()));
    return KS_OK;
  }

  static ks_status denoise(const ks_run* run, const ks_tensor* x, double sigma, ks_tensor* denoised) {
    Host& host = self(run);
    if (++host.counters.model_calls == host.fail_at_model_call) {
      host.message = "the model failed";
      return KS_ERROR;
    }
    if (!host.knows(x) || !host.knows(denoised)) return refuse(run, "denoise of an unknown tensor");
    if (x == denoised) return refuse(run, "denoise in place");
    if (!std::isfinite(sigma) || sigma < 0) return refuse(run, "denoise at a sigma that is no number");
    denoised->values = host.denoiser(x->values, sigma);
    return KS_OK;
  }

  static ks_status denoise_split(const ks_run* run, const ks_tensor* x, double sigma,
                                 ks_tensor* denoised, ks_tensor* unconditional) {
    Host& host = self(run);
    if ((host.info_->flags & KS_SAMPLER_UNCONDITIONAL) == 0) {
      return refuse(run, "denoise_split without KS_SAMPLER_UNCONDITIONAL");
    }
    if (const ks_status status = denoise(run, x, sigma, denoised); status != KS_OK) return status;
    if (!host.knows(unconditional)) return refuse(run, "denoise_split into an unknown tensor");
    unconditional->values =
        host.unconditional ? host.unconditional(x->values, sigma) : denoised->values;
    return KS_OK;
  }

  static ks_status draw(const ks_run* run, double sigma, double sigma_next, ks_tensor* noise) {
    Host& host = self(run);
    if (host.info_->noise == KS_NOISE_NONE) return refuse(run, "noise, of which none is declared");
    if (!host.knows(noise)) return refuse(run, "noise into an unknown tensor");
    ++host.counters.noise_draws;
    host.noise_sigmas.insert(host.noise_sigmas.end(), {sigma, sigma_next});
    noise->values = host.noise(sigma, sigma_next, noise->values.size());
    return KS_OK;
  }

  static ks_status step(const ks_run* run, const ks_step* step) {
    Host& host = self(run);
    host.at_step.push_back(host.counters);
    if (!host.knows(step->x) || !host.knows(step->denoised))
      return refuse(run, "step with an unknown tensor");
    if (host.on_step) host.on_step(*step);
    return ++host.counters.steps == host.stop_at_step ? KS_STOPPED : KS_OK;
  }

  static constexpr ks_tensor_ops ops_ = {.size = sizeof(ks_tensor_ops),
                                         .reserved = 0,
                                         .create = &create,
                                         .release = &release,
                                         .lincomb = &lincomb,
                                         .norm = &norm,
                                         .error_norm = &error_norm};

  ks_run run_{};
  ks_model_sampling model_{};
  Vector table_;
  const ks_sampler_info* info_ = nullptr;
  ks_tensor* latent_ = nullptr;
  std::vector<std::unique_ptr<ks_tensor>> pool_;
};

}  // namespace ksampler::toy

#endif
