// LatentAdd, LatentSubtract, LatentMultiply, LatentInterpolate and LatentBlend.
#include "host/nodes/latent/fitted.hpp"
#include "host/nodes/latent/functions.hpp"
#include "host/nodes/values.hpp"
#include "host/pictures/resize.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/linalg_vector_norm.h>

namespace ksampler {
namespace {

// In the size and batch of the first.
at::Tensor second_of(const Inputs& in) {
  const at::Tensor& first = in.link<LatentValue>("samples1").samples;
  return repeated_to_batch(fitted_samples(first, in.link<LatentValue>("samples2").samples, "bilinear"),
                           first.size(0));
}

at::Tensor lengths(const at::Tensor& samples) {
  return at::linalg_vector_norm(samples, 2, 1, /*keepdim=*/true);
}

at::Tensor directions(const at::Tensor& samples) { return (samples / lengths(samples)).nan_to_num(); }

}  // namespace

std::vector<Value> run_latent_add(const NodeContext&, const Inputs& in) {
  const Latent& first = in.link<LatentValue>("samples1");
  return {with_samples(first, first.samples + second_of(in))};
}

std::vector<Value> run_latent_subtract(const NodeContext&, const Inputs& in) {
  const Latent& first = in.link<LatentValue>("samples1");
  return {with_samples(first, first.samples - second_of(in))};
}

std::vector<Value> run_latent_multiply(const NodeContext&, const Inputs& in) {
  const Latent& latent = in.link<LatentValue>("samples");
  return {with_samples(latent, latent.samples * in.number("multiplier"))};
}

std::vector<Value> run_latent_interpolate(const NodeContext&, const Inputs& in) {
  const Latent& first = in.link<LatentValue>("samples1");
  const at::Tensor second = second_of(in);
  const double ratio = in.number("ratio");
  const at::Tensor between =
      directions(directions(first.samples) * ratio + directions(second) * (1.0 - ratio));
  return {with_samples(first,
                       between * (lengths(first.samples) * ratio + lengths(second) * (1.0 - ratio)))};
}

// Unlike the others, it blends one latent with each item of a batch (ComfyUI): the result is as long as
// the longer of the two.
std::vector<Value> run_latent_blend(const NodeContext&, const Inputs& in) {
  const Latent& first = in.link<LatentValue>("samples1");
  const double share = in.number("blend_factor");
  at::Tensor second =
      fitted_samples(first.samples, in.link<LatentValue>("samples2").samples, "bicubic");
  if (first.samples.size(0) != 1) second = repeated_to_batch(second, first.samples.size(0));
  Latent result = with_samples(first, first.samples * share + second * (1.0 - share));
  // An index for one item says nothing of the draws of several.
  if (result.samples.size(0) != first.samples.size(0)) result.batch_index.reset();
  return {result};
}

}  // namespace ksampler
