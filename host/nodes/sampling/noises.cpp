// RandomNoise, DisableNoise and AddNoise.
#include "host/nodes/sampling/functions.hpp"
#include "host/nodes/values.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros_like.h>

#include <array>
#include <cmath>

namespace ksampler {
namespace {

// What a run of the model would begin with at this level.
at::Tensor noise_at_start(const NodeContext& context, const ModelValue& model, const Latent& latent,
                          const NoiseSettings& settings, double level) {
  at::Tensor noise = initial_noise(latent.samples.sizes(), settings).noise;
  if (model.noises.empty()) return noise;
  const std::array levels = {level, 0.0};
  AbiRunSettings run;
  run.sigmas = levels;
  run.model = model.sampling.abi();
  run.stop = context.options.stop;
  NoiseChain(make_noises(context.registry, model.noises), settings, run, noise)
      .shape_start(noise, level);
  return noise;
}

}  // namespace

std::vector<Value> run_random_noise(const NodeContext&, const Inputs& in) {
  return {NoiseValue{in.seed("noise_seed"), true}};
}

std::vector<Value> run_disable_noise(const NodeContext&, const Inputs&) {
  return {NoiseValue{0, false}};
}

// As a run that begins at the first level would have it, less what it would have at the last: the noise
// is scaled by their distance.
std::vector<Value> run_add_noise(const NodeContext& context, const Inputs& in) {
  const Latent& latent = in.link<LatentValue>("latent_image");
  const auto& sigmas = in.link<SigmasValue>("sigmas");
  if (sigmas.empty()) return {latent};
  const auto& model = in.link<ModelValue>("model");
  const auto& noise = in.link<NoiseValue>("noise");
  const double level = sigmas.size() == 1 ? sigmas[0] : std::abs(sigmas.front() - sigmas.back());
  const at::Tensor unit =
      noise.add ? noise_at_start(
                      context, model, latent,
                      {noise.seed, noise_profile(context.pipeline.profile), latent.batch_index}, level)
                : at::zeros_like(latent.samples);
  const auto [of_noise, of_latent] = model.sampling.noise_scaling(level, /*at_maximum=*/false);
  const LatentFormat& format = model.source->latents();
  const bool empty = !latent.samples.count_nonzero().item<std::int64_t>();
  const at::Tensor clean = empty ? latent.samples : format.to_model(latent.samples);
  const at::Tensor noisy = unit * of_noise + clean * of_latent;
  return {with_samples(latent, format.from_model(noisy).nan_to_num(0.0, 0.0, 0.0))};
}

}  // namespace ksampler
