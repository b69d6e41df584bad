#include "host/sampling/sample.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/sampling/stage.hpp"
#include "host/session/sigmas.hpp"
#include "host/tensor/filter.hpp"
#include "host/tensor/lincomb.hpp"

#include <ATen/Functions.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <optional>
#include <span>
#include <utility>

namespace ksampler {
namespace {

void combine(at::Tensor& dst, double a, const at::Tensor& first, double b, const at::Tensor& second) {
  lincomb(dst, std::array{a, b}, std::array{&first, &second});
}

// The latent on the model's device, scaled as it wants it.
at::Tensor latent_for(const Latent& given, const Denoiser& model) {
  const at::Tensor& samples = given.samples;
  if (samples.dim() != 4) {
    throw Error(sentence("a latent has {} dimensions; expected [batch, channels, height, width]",
                         samples.dim()));
  }
  at::Tensor latent = samples.to(at::TensorOptions(at::kFloat).device(model.device())).contiguous();
  const LatentFormat& format = model.latents();
  const std::vector<std::int64_t> sizes = sizes_for(given, format);
  const bool other = latent.sizes() != at::IntArrayRef(sizes);
  const bool empty = other || (format.shifts() && !latent.count_nonzero().item<std::int64_t>());
  if (other) latent = at::zeros(sizes, latent.options());
  model.check_shape(latent.sizes());
  // An empty latent is no picture: it is not shifted.
  return empty ? latent : format.to_model(latent);
}

// The first sigma is the model's largest, so that the latent is all noise.
bool starts_at_maximum(const ModelSampling& sampling, double sigma) {
  const double maximum = sampling.sigma_max();
  return std::abs(maximum - sigma) <= 1e-5 * std::max(maximum, sigma) || sigma > maximum;
}

// The noise level that the schedule goes to from `sigma`, or through it.
double next_sigma(std::span<const double> sigmas, double sigma) {
  for (const double next : sigmas) {
    if (next < sigma) return next;
  }
  return sigma;
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

// BasicGuider has one prompt.
void check_guiders(const SampleSettings& settings) {
  if (settings.guidance.size() > 1) return;
  for (const ModelGuiderMade& guider : settings.guiders) {
    if (guider.description.positive_alone_at_1) continue;
    throw Error(sentence("guider {} needs a negative prompt, and BasicGuider has none: use CFGGuider",
                         quote(guider.description.id)));
  }
}

// What a run puts together, and the host's side of it while a sampler goes through it.
class Session {
 public:
  Session(const SampleSettings& settings, const SamplerDescription& description)
      : settings_(settings),
        description_(description),
        sampling_(settings.model->sampling()),
        latent_(latent_for(settings.latent, *settings.model)),
        split_(description.unconditional ||
               (settings.inside && settings.inside->description.unconditional)) {
    if (settings.noise.batch_index &&
        static_cast<std::int64_t>(settings.noise.batch_index->size()) != latent_.size(0)) {
      throw Error(sentence("the latent has {} items, but its batch_index has {}", latent_.size(0),
                           settings.noise.batch_index->size()));
    }
    if (!settings.guiders.empty()) check_guiders(settings);
    run_.sigmas = settings.sigmas;
    run_.model = sampling_.abi();
    run_.stop = settings.stop;
    run_.cfg = settings.guidance.size() > 2 ? 0.0 : settings.guidance.front().weight;
    run_.family = settings.family;
  }

  Sampled run(ks_sampler* sampler) {
    InitialTorchNoise initial = initial_noise(latent_.sizes(), settings_.noise);
    at::Tensor x = begin(initial.noise);
    const auto source = source_for(description_.noise, latent_, settings_.noise, settings_.sigmas,
                                   std::move(initial.generators), settings_.noise_clip_std);
    Sampled result;
    if (settings_.keep_denoised) result.denoised = at::empty_like(latent_);
    report_ = [&](const RunStep& step) {
      const at::Tensor none;
      const at::Tensor& denoised = step.denoised == nullptr ? none : torch_tensor(*step.denoised);
      const bool whole = denoised.defined() && denoised.sizes() == latent_.sizes();
      if (settings_.keep_denoised && whole) result.denoised.copy_(denoised);
      settings_.step({step.index, step.steps, step.sigma, torch_tensor(step.x), denoised});
    };
    AbiRunSettings run =
        settings_for(description_, settings_.plugin, settings_.sigmas, source.get(), x);
    run.step = report_;
    if (settings_.inside) {
      run.inside = [this](const RunTensor& part, std::span<const double> sigmas, std::uint32_t step,
                          std::uint32_t of) { run_inside(torch_tensor(part), sigmas, step, of); };
    }
    constexpr double kSeen =
        0.01;  // less noise than this turns the latent by no more than rounding does
    const bool to_zero = settings_.sigmas.back() == 0.0 && settings_.sigmas.front() > kSeen;
    const std::vector<float> begun = to_zero ? some_values(x) : std::vector<float>();
    add(run_sampler(sampler, run, x));
    result.nothing_done = to_zero && parallel(some_values(x), begun);
    leave_stage();
    result.counts = counts_;
    result.model_calls = model_calls_;

    const LatentFormat& format = settings_.model->latents();
    const double inverse = sampling_.inverse_noise_scaling(settings_.sigmas.back());
    if (format.shifts()) {
      result.samples = format.from_model(x.mul_(inverse)).to(at::kCPU);
    } else {  // one product in place of two
      const double scale = inverse / format.scale;
      if (scale != 1.0) x.mul_(scale);
      result.samples = x.to(at::kCPU);
    }
    if (settings_.keep_denoised) {
      result.denoised = format.from_model(result.denoised);
      result.denoised = result.denoised.to(at::kCPU);
    }
    return result;
  }

 private:
  // The noisy latent that the run begins with. From then on the region of an inpaint is held.
  at::Tensor begin(const at::Tensor& white) {
    const double first = settings_.sigmas.front();
    const auto begins_with = [&](const at::Tensor& given) {
      at::Tensor noise = given.to(latent_.device());
      NoiseChain* const noises = stage(latent_.sizes()).noises();
      if (noises != nullptr) noises->shape_start(noise, first);
      return noise;
    };
    const at::Tensor noise = settings_.add_noise ? begins_with(white) : at::zeros_like(latent_);
    at::Tensor x = at::empty_like(latent_);
    const auto [a, b] = sampling_.noise_scaling(first, starts_at_maximum(sampling_, first));
    combine(x, a, noise, b, latent_);
    if (!settings_.latent.noise_mask.defined()) return x;
    at::Tensor of_mask = noise;
    if (description_.fresh_mask_noise) {
      NoiseSettings fresh = settings_.noise;
      fresh.seed = run_seed(fresh.seed);
      fresh.batch_index.reset();
      of_mask = begins_with(initial_noise(latent_.sizes(), fresh).noise);
    }
    stage(latent_.sizes()).keep(kept_region(latent_, of_mask));
    kept_noise_ = of_mask;
    return x;
  }

  KeptRegion kept_region(const at::Tensor& latent, const at::Tensor& noise) const {
    std::optional<DifferentialMask> differential;
    if (settings_.differential) {
      differential.emplace(sampling_, settings_.sigmas, *settings_.differential);
    }
    return {settings_.latent.noise_mask, std::move(differential), latent, noise};
  }

  // For latents of these sizes. The one before is left for it: guiders and noise sources begin anew.
  Stage& stage(at::IntArrayRef sizes) {
    if (stage_ && stage_->sizes() == sizes) return *stage_;
    leave_stage();
    if (sizes == latent_.sizes()) {
      stage_.emplace(settings_, run_, latent_, sizes, split_);
      if (kept_noise_.defined()) stage_->keep(kept_region(latent_, kept_noise_));
      return *stage_;
    }
    settings_.model->check_shape(sizes);
    const bool smaller = sizes[2] <= latent_.size(2) && sizes[3] <= latent_.size(3);
    const at::Tensor latent = at_size(latent_, sizes, smaller ? KS_RESIZE_AREA : KS_RESIZE_BILINEAR);
    stage_.emplace(settings_, run_, latent, latent_.sizes(), split_);
    if (kept_noise_.defined()) {
      at::Tensor noise = at_size(kept_noise_, sizes, KS_RESIZE_SPECTRAL);
      noise.mul_(
          std::sqrt(static_cast<double>(kept_noise_.numel()) / static_cast<double>(noise.numel())));
      stage_->keep(kept_region(latent, noise));
    }
    return *stage_;
  }

  at::Tensor at_size(const at::Tensor& latent, at::IntArrayRef sizes, std::uint32_t how) {
    at::Tensor made = at::empty(sizes, latent.options());
    resize(matrices_, made, latent, how);
    return made;
  }

  void leave_stage() {
    if (!stage_) return;
    model_calls_ += stage_->model_calls();
    counts_.waits += stage_->waits();
    stage_.reset();
  }

  std::unique_ptr<NoiseSource> source_for(NoiseKind kind, const at::Tensor& like,
                                          const NoiseSettings& noise, std::span<const double> sigmas,
                                          std::vector<Generator> continued, double clip_std) {
    auto drawn = make_noise_source(kind, noise_size(like.sizes()), noise, sigmas, std::move(continued),
                                   libtorch_threads());
    if (shape_steps(settings_.noises)) {
      const auto chain = [this](const RunTensor& noise_of) -> NoisesOfRun& {
        return *stage(torch_tensor(noise_of).sizes()).noises();
      };
      drawn = shaped_by(chain, std::move(drawn));
    }
    return shaped(std::move(drawn), {.clip_std = clip_std,
                                     .scale = sampling_.noise_scale(),
                                     .by_item = noise.profile == NoiseProfile::batch_invariant});
  }

  // For a sampler that takes x along `sigmas`, and draws from `source`.
  AbiRunSettings settings_for(const SamplerDescription& sampler, const std::string& plugin,
                              std::span<const double> sigmas, NoiseSource* source,
                              const at::Tensor& x) {
    AbiRunSettings run = run_;
    run.sigmas = sigmas;
    run.allow_split = sampler.unconditional;
    run.noise = source;
    run.sampler_name = sampler.id;
    run.plugin = plugin;
    run.denoise = on_torch(
        [this, source, sigmas, own = x.sizes().vec()](const at::Tensor& noisy, double sigma,
                                                      at::Tensor& denoised, at::Tensor* unconditional) {
          if (source != nullptr && noisy.sizes() == at::IntArrayRef(own)) {
            // The step down to 0 puts no noise back.
            const double next = next_sigma(sigmas, sigma);
            if (next > 0) source->expect(sigma, next);
          }
          stage(noisy.sizes()).predict(noisy, sigma, denoised, unconditional);
        });
    return run;
  }

  // Reported as `steps` steps of the run from `step` on.
  void run_inside(at::Tensor& x, std::span<const double> sigmas, std::uint32_t step,
                  std::uint32_t steps) {
    const InsideSampler& inside = *settings_.inside;
    const SamplerDescription& sampler = inside.description;
    check_sigmas(sigmas, sampler.id);
    // The generator of the initial noise is the outer run's to go on with.
    const NoiseKind kind = sampler.noise == NoiseKind::continued ? NoiseKind::gaussian : sampler.noise;
    const auto source = source_for(kind, x, noise_inside(settings_.noise, inside_runs_++), sigmas, {},
                                   inside.noise_clip_std);
    AbiRunSettings run =
        settings_for(sampler, inside.instance->plugin_in_process(), sigmas, source.get(), x);
    const auto last = static_cast<std::uint32_t>(settings_.sigmas.size() - 2);
    run.step = [&](const RunStep& report) {
      const std::uint64_t into = std::uint64_t{report.index} * steps / report.steps;
      const auto index = static_cast<std::uint32_t>(std::min<std::uint64_t>(step + into, last));
      report_({index, last + 1, report.sigma, report.x, report.denoised});
    };
    add(run_sampler(inside.instance->get(), run, x));
  }

  void add(const RunCounts& counts) {
    counts_.allocations += counts.allocations;
    counts_.allocations_after_first_step += counts.allocations_after_first_step;
    counts_.waits += counts.waits;
    counts_.lincombs += counts.lincombs;
    counts_.lincomb_bytes += counts.lincomb_bytes;
  }

  const SampleSettings& settings_;
  const SamplerDescription& description_;
  const ModelSampling& sampling_;
  at::Tensor latent_;  // on the model's device, scaled as it wants it
  bool split_;
  AbiRunSettings run_;  // what all runs of this one have in common
  std::function<void(const RunStep&)> report_;
  FilterMatrices matrices_;
  at::Tensor kept_noise_;  // of the region of an inpaint; undefined: none is kept, or not yet
  std::optional<Stage> stage_;
  std::size_t inside_runs_ = 0;
  std::uint64_t model_calls_ = 0;
  RunCounts counts_;
};

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
  return Session(settings, description).run(sampler);
}

}  // namespace ksampler
