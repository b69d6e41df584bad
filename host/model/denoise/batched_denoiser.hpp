// A network as a denoiser: requests that can share a batch are one call of it.
#ifndef KSAMPLER_MODEL_DENOISE_BATCHED_DENOISER_HPP
#define KSAMPLER_MODEL_DENOISE_BATCHED_DENOISER_HPP

#include "host/model/denoise/denoiser.hpp"
#include "host/model/family/family.hpp"
#include "host/model/load/network_cache.hpp"
#include "host/model/network/network.hpp"

#include <memory>

namespace ksampler {

class BatchedDenoiser : public Denoiser {
 public:
  // `numbers`: what the network is told of the picture, as Family has it; null: nothing.
  // `make_concat`: what it is shown in further channels; null: it takes none. `cache`: where
  // ControlNets are loaded; null: it has none. Outlives it.
  BatchedDenoiser(std::shared_ptr<const Network> network, decltype(Family::numbers) numbers,
                  LatentFormat latents, ModelSampling sampling, MakeConcat make_concat = nullptr,
                  NetworkCache* cache = nullptr);

  const ModelSampling& sampling() const override { return sampling_; }
  const LatentFormat& latents() const override { return latents_; }
  at::Device device() const override { return network_->options().device(); }
  bool perturbs() const override { return network_->facts().perturbs; }
  at::Tensor concat(const Conditioning& conditioning, const at::Tensor& latent,
                    const at::Tensor& mask) const override;
  void make_ready(std::vector<Control>& controls, std::int64_t height,
                  std::int64_t width) const override;
  void check_shape(at::IntArrayRef shape) const override;

  // Requests whose texts are of one length, or can be repeated to one, are one batch of the network.
  void denoise(std::span<const DenoiseRequest> requests, double sigma) const override;

 private:
  void check_text(const Conditioning& conditioning) const;
  void check_layers(const DenoiseRequest& request) const;
  void denoise_batch(std::span<const DenoiseRequest> requests, double sigma) const;

  std::shared_ptr<const Network> network_;
  decltype(Family::numbers) numbers_;
  LatentFormat latents_;
  ModelSampling sampling_;
  MakeConcat make_concat_;
  NetworkCache* cache_;
};

// Throws Error for a latent of other channels than `channels`.
void check_channels(at::IntArrayRef shape, std::int64_t channels);

}  // namespace ksampler

#endif
