#include "host/sampling/sample.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/sampling/differential_mask.hpp"
#include "host/sampling/masks.hpp"
#include "host/sampling/predictor.hpp"
#include "host/tensor/lincomb.hpp"

#include <ATen/Functions.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

namespace ksampler {
namespace {

void combine(at::Tensor& dst, double a, const at::Tensor& first, double b, const at::Tensor& second) {
  lincomb(dst, std::array{a, b}, std::array{&first, &second});
}

// The latent on the model's device, scaled as it wants it. An empty one gets the channels of the model,
// as in ComfyUI, so that EmptyLatentImage serves every model.
at::Tensor latent_for(const at::Tensor& samples, const Denoiser& model) {
  if (samples.dim() != 4) {
    throw Error(sentence("a latent has {} dimensions; expected [batch, channels, height, width]",
                         samples.dim()));
  }
  at::Tensor latent = samples.to(at::TensorOptions(at::kFloat).device(model.device())).contiguous();
  const std::int64_t channels = model.latents().channels;
  if (latent.size(1) != channels && !latent.count_nonzero().item<std::int64_t>()) {
    latent = at::zeros({latent.size(0), channels, latent.size(2), latent.size(3)}, latent.options());
  }
  model.check_shape(latent.sizes());
  return model.latents().scale == 1.0 ? latent : latent.mul(model.latents().scale);
}

// The first sigma is the model's largest, so that the latent is all noise.
bool starts_at_maximum(const ModelSampling& sampling, double sigma) {
  const double maximum = sampling.sigma_max();
  return std::abs(maximum - sigma) <= 1e-5 * std::max(maximum, sigma) || sigma > maximum;
}

// The noise level that the schedule goes to from `sigma`, or through it.
double next_sigma(const std::vector<double>& sigmas, double sigma) {
  for (const double next : sigmas) {
    if (next < sigma) return next;
  }
  return sigma;
}

// A step from 0 up would divide by 0: there is no noise in x to go along.
void check_sigmas(const std::vector<double>& sigmas, const std::string& sampler) {
  for (std::size_t i = 0; i + 1 < sigmas.size(); ++i) {
    if (sigmas[i] != 0.0 || sigmas[i + 1] == 0.0) continue;
    throw Error(
        sentence("sampler '{}' cannot go up from sigma 0, and sigma {} is 0 with {:f} after it: "
                 "expected a noise level above 0, such as the 0.0001 that FlipSigmas begins with",
                 sampler, i, sigmas[i + 1]));
  }
}

// Some values of a latent in float32, from all over it: a copy, whatever becomes of the latent. Waits
// for the device.
std::vector<float> some_values(const at::Tensor& latent) {
  constexpr std::int64_t kSome = 512;
  const std::int64_t every = std::max<std::int64_t>(latent.numel() / kSome, 1);
  if (!latent.is_cpu()) {
    return some_values(latent.flatten().slice(0, 0, std::nullopt, every).to(at::kCPU));
  }
  const at::Tensor whole = latent.contiguous();
  const float* values = whole.const_data_ptr<float>();
  std::vector<float> some;
  some.reserve(static_cast<std::size_t>(whole.numel() / every + 1));
  for (std::int64_t i = 0; i < whole.numel(); i += every) some.push_back(values[i]);
  return some;
}

// Whether one is the other, but for the scale.
bool parallel(const std::vector<float>& a, const std::vector<float>& b) {
  double aa = 0;
  double bb = 0;
  double ab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    aa += double{a[i]} * a[i];
    bb += double{b[i]} * b[i];
    ab += double{a[i]} * b[i];
  }
  constexpr double kRounding = 1e-6;  // of the cosine: float32's, and far below what a step changes
  const double lengths = std::sqrt(aa * bb);
  return lengths > 0.0 && std::abs(ab) >= (1.0 - kRounding) * lengths;
}

// Holds the region that an inpaint keeps: the model sees it with noise of its own, and its prediction
// there is the latent itself.
class KeptRegion {
 public:
  // `differential`: what becomes of the mask as the run goes on; none: it stays as it is.
  KeptRegion(const at::Tensor& mask, std::optional<DifferentialMask> differential, at::Tensor latent,
             at::Tensor noise)
      : whole_(fit_mask(mask, latent.sizes()).to(latent.device())),
        mask_(whole_),
        differential_(std::move(differential)),
        latent_(std::move(latent)),
        noise_(std::move(noise)),
        x_(at::empty_like(latent_)) {}

  const at::Tensor& noised(const at::Tensor& x, double sigma, const ModelSampling& sampling) {
    if (differential_) mask_ = differential_->at(whole_, sigma);
    const auto [a, b] = sampling.noise_scaling(sigma, /*at_maximum=*/false);
    combine(x_, a, noise_, b, latent_);
    return at::lerp_out(x_, x_, x, mask_);
  }
  void restore(at::Tensor& denoised) const { at::lerp_out(denoised, latent_, denoised, mask_); }

 private:
  at::Tensor whole_;
  at::Tensor mask_;  // at the noise level of the last call
  std::optional<DifferentialMask> differential_;
  at::Tensor latent_;
  at::Tensor noise_;
  at::Tensor x_;
};

// Guiders know a positive and a negative prediction, with one cfg between them.
void check_guiders(const SampleSettings& settings) {
  const std::string& id = settings.guiders.front().description.id;
  if (settings.guidance.size() > 2) {
    throw Error(
        sentence("guider {} works between a positive and a negative prompt: DualCFGGuider, which has "
                 "three, takes a model without guiders",
                 quote(id)));
  }
  if (settings.guidance.size() == 2) return;
  for (const MadeGuider& guider : settings.guiders) {
    if (guider.description.positive_alone_at_1) continue;
    throw Error(sentence("guider {} needs a negative prompt, and BasicGuider has none: use CFGGuider",
                         quote(guider.description.id)));
  }
}

}  // namespace

std::string nothing_done_notice(const std::string& sampler) {
  return sentence(
      "the sampler '{}' took no noise out: over so few steps it ends where it began; use more steps, "
      "or another sampler",
      sampler);
}

Sampled sample(const SampleSettings& settings, const SamplerDescription& description,
               ks_sampler* sampler) {
  if (settings.sigmas.size() < 2) return {.samples = settings.latent.samples.to(at::kCPU, at::kFloat)};
  check_sigmas(settings.sigmas, description.id);

  const Denoiser& model = *settings.model;
  const ModelSampling& sampling = model.sampling();
  const at::Tensor latent = latent_for(settings.latent.samples, model);
  if (settings.noise.batch_index &&
      static_cast<std::int64_t>(settings.noise.batch_index->size()) != latent.size(0)) {
    throw Error(sentence("the latent has {} items, but its batch_index has {}", latent.size(0),
                         settings.noise.batch_index->size()));
  }

  AbiRunSettings run;
  run.sigmas = settings.sigmas;
  run.sampling = &sampling;
  run.stop = settings.stop;
  run.cfg = settings.guidance.size() > 2 ? 0.0 : settings.guidance.front().weight;
  run.family = settings.family;
  std::optional<NoiseChain> noises;
  if (!settings.noises.empty()) noises.emplace(settings.noises, settings.noise, run, latent);

  const double first = settings.sigmas.front();
  const auto begins_with = [&](const at::Tensor& white) {
    at::Tensor noise = white.to(latent.device());
    if (noises) noises->shape_start(noise, first);
    return noise;
  };
  InitialNoise initial = initial_noise(latent.sizes(), settings.noise);
  const at::Tensor noise = settings.add_noise ? begins_with(initial.noise) : at::zeros_like(latent);
  at::Tensor x = at::empty_like(latent);
  const auto [a, b] = sampling.noise_scaling(first, starts_at_maximum(sampling, first));
  combine(x, a, noise, b, latent);

  std::optional<GuiderChain> chain;
  if (!settings.guiders.empty()) {
    check_guiders(settings);
    chain.emplace(settings.guiders, settings.guidance.front().weight, run, latent);
  }
  Predictor predictor(settings.model, settings.guidance, latent, description.unconditional,
                      chain ? &*chain : nullptr);
  std::optional<KeptRegion> kept;
  if (settings.latent.noise_mask.defined()) {
    at::Tensor mask_noise = noise;
    if (description.fresh_mask_noise) {
      NoiseSettings fresh = settings.noise;
      fresh.seed = run_seed(fresh.seed);
      fresh.batch_index.reset();
      mask_noise = begins_with(initial_noise(latent.sizes(), fresh).noise);
    }
    std::optional<DifferentialMask> differential;
    if (settings.differential) {
      differential.emplace(sampling, settings.sigmas, *settings.differential);
    }
    kept.emplace(settings.latent.noise_mask, std::move(differential), latent, mask_noise);
  }
  auto drawn = make_noise_source(description.noise, latent, settings.noise, settings.sigmas,
                                 std::move(initial.generators));
  if (noises) drawn = noises->around(std::move(drawn));
  const auto source =
      shaped(std::move(drawn), {.clip_std = settings.noise_clip_std,
                                .scale = sampling.noise_scale(),
                                .by_item = settings.noise.profile == NoiseProfile::batch_invariant});

  Sampled result;
  if (settings.keep_denoised) result.denoised = at::empty_like(latent);
  run.allow_split = description.unconditional;
  run.noise = source.get();
  run.sampler_name = description.id;
  run.plugin = settings.plugin;
  run.denoise = [&](const at::Tensor& noisy, double sigma, at::Tensor& denoised,
                    at::Tensor* unconditional) {
    if (source != nullptr) {
      // The step down to 0 puts no noise back.
      const double next = next_sigma(settings.sigmas, sigma);
      if (next > 0) source->expect(sigma, next);
    }
    const at::Tensor& seen = kept ? kept->noised(noisy, sigma, sampling) : noisy;
    predictor.predict(seen, sigma, denoised, unconditional);
    if (kept) kept->restore(denoised);
  };
  run.step = [&](const StepReport& report) {
    if (settings.keep_denoised && report.denoised.defined()) result.denoised.copy_(report.denoised);
    settings.step(report);
  };
  constexpr double kSeen = 0.01;  // less noise than this turns the latent by no more than rounding does
  const bool to_zero = settings.sigmas.back() == 0.0 && first > kSeen;
  const std::vector<float> begun = to_zero ? some_values(x) : std::vector<float>();
  result.counts = run_sampler(sampler, run, x);
  result.nothing_done = to_zero && parallel(some_values(x), begun);
  result.model_calls = predictor.model_calls();
  if (chain) result.counts.waits += chain->waits();
  if (noises) result.counts.waits += noises->waits();

  const double scale = sampling.inverse_noise_scaling(settings.sigmas.back()) / model.latents().scale;
  if (scale != 1.0) x.mul_(scale);
  result.samples = x.to(at::kCPU);
  if (settings.keep_denoised) {
    if (model.latents().scale != 1.0) result.denoised.div_(model.latents().scale);
    result.denoised = result.denoised.to(at::kCPU);
  }
  return result;
}

}  // namespace ksampler
