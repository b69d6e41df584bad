#include "host/model/network/flux2_autoencoder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/pixel_shuffle.h>
#include <ATen/ops/pixel_unshuffle.h>
#include <ATen/ops/sqrt.h>

namespace ksampler {
namespace {

constexpr std::int64_t kFold = 2;
constexpr double kFoldEps = 1e-4;

at::Tensor load_statistic(const Weights& weights, const std::string& name, std::int64_t channels) {
  return weights.as(at::kFloat).get(name, {channels}).view({1, channels, 1, 1});
}

}  // namespace

bool Flux2Autoencoder::is_in(const Weights& weights) { return weights.has("bn.running_mean"); }

Flux2Autoencoder::Flux2Autoencoder(const Weights& weights)
    : inner_(weights),
      mean_(load_statistic(weights, "bn.running_mean", channels())),
      deviation_(at::sqrt(load_statistic(weights, "bn.running_var", channels()) + kFoldEps)) {
  weights.pass_over("bn.num_batches_tracked");
}

std::int64_t Flux2Autoencoder::channels() const { return kFold * kFold * inner_.channels(); }
std::int64_t Flux2Autoencoder::scale() const { return kFold * inner_.scale(); }

at::Tensor Flux2Autoencoder::encode(const at::Tensor& pictures) const {
  const at::Tensor folded = at::pixel_unshuffle(inner_.encode(pictures), kFold).to(at::kFloat);
  return ((folded - mean_) / deviation_).to(pictures.scalar_type());
}

at::Tensor Flux2Autoencoder::decode(const at::Tensor& latents) const {
  const at::Tensor folded = latents.to(at::kFloat) * deviation_ + mean_;
  return inner_.decode(at::pixel_shuffle(folded, kFold).to(latents.scalar_type()));
}

}  // namespace ksampler
