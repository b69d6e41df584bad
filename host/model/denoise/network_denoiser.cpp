#include "host/model/denoise/network_denoiser.hpp"

#include "host/base/error.hpp"
#include "host/model/load/recognise.hpp"
#include "host/model/network/layers.hpp"
#include "host/tensor/lincomb.hpp"

#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

namespace ksampler {
namespace {

// A longer text is not worth more repetitions of a shorter one than this (ComfyUI's bound).
constexpr std::int64_t kMostRepeats = 4;

std::int64_t tokens(const DenoiseRequest& request) { return request.conditioning->embedding.size(1); }

bool can_share_batch(const DenoiseRequest& a, const DenoiseRequest& b) {
  const std::int64_t length = std::lcm(tokens(a), tokens(b));
  return length / std::min(tokens(a), tokens(b)) <= kMostRepeats;
}

// One row for each item: repeated where there are fewer, cut where there are more.
at::Tensor for_batch(const at::Tensor& rows, std::int64_t batch) {
  std::vector<std::int64_t> repeats(static_cast<std::size_t>(rows.dim()), 1);
  repeats[0] = (batch + rows.size(0) - 1) / rows.size(0);
  return rows.repeat(repeats).narrow(0, 0, batch);
}

}  // namespace

Preconditioning preconditioning(const ModelSampling& sampling, double sigma) {
  if (sampling.is_flow()) return {.c_in = 1.0, .c_skip = 1.0, .c_out = -sigma};
  const double data = sampling.sigma_data();
  const double square = sigma * sigma + data * data;
  const double c_in = 1.0 / std::sqrt(square);
  switch (sampling.prediction()) {
    case KS_PREDICTION_EPS:
      if (const auto consistency = sampling.consistency(sigma)) {
        return {.c_in = c_in,
                .c_skip = consistency->c_skip + consistency->c_out,
                .c_out = -sigma * consistency->c_out};
      }
      return {.c_in = c_in, .c_skip = 1.0, .c_out = -sigma};
    case KS_PREDICTION_V:
      return {.c_in = c_in, .c_skip = data * data / square, .c_out = -sigma * data * c_in};
    case KS_PREDICTION_EDM:
      return {.c_in = c_in, .c_skip = data * data / square, .c_out = sigma * data * c_in};
    case KS_PREDICTION_X0:
      return {.c_in = sampling.scales_input() ? c_in : 1.0, .c_skip = 0.0, .c_out = 1.0};
    default:
      throw Error("a UNet cannot be a flow whose noise is added: expected eps, v, x0, edm or flow");
  }
}

GuidedDenoiser::GuidedDenoiser(std::shared_ptr<const GuidedNetwork> network, ModelSampling sampling)
    : network_(std::move(network)), sampling_(std::move(sampling)) {
  preconditioning(sampling_, 1.0);
}

const std::vector<std::string>& GuidedDenoiser::classes() const {
  static const std::vector<std::string> none;
  return none;
}

std::shared_ptr<const Denoiser> GuidedDenoiser::with_sampling(ModelSampling sampling) const {
  return std::make_shared<GuidedDenoiser>(network_, std::move(sampling));
}

void GuidedDenoiser::check_shape(at::IntArrayRef shape) const {
  if (shape.size() != 4 || shape[1] != latent_channels()) {
    throw Error("this model's latents have " + std::to_string(latent_channels()) +
                " channels; the latent has " + std::to_string(shape.size() == 4 ? shape[1] : 0) +
                ": it was encoded for another model");
  }
  network_->check_size(shape);
}

void GuidedDenoiser::denoise(std::span<const DenoiseRequest> requests, double sigma) const {
  const std::int64_t width = network_->facts().context_width;
  for (const DenoiseRequest& request : requests) {
    const at::Tensor& text = request.conditioning->embedding;
    if (!text.defined()) {
      throw Error(
          "this model is guided by text, and the conditioning has none: expected one from a "
          "CLIPTextEncode node");
    }
    if (text.size(2) != width) {
      throw Error("the text's embedding is " + std::to_string(text.size(2)) +
                  " wide, and the model takes " + std::to_string(width) +
                  ": expected the text encoder of the same checkpoint");
    }
  }
  std::vector<DenoiseRequest> left(requests.begin(), requests.end());
  while (!left.empty()) {
    const DenoiseRequest first = left.front();
    const auto others = std::stable_partition(
        left.begin(), left.end(),
        [&](const DenoiseRequest& request) { return can_share_batch(first, request); });
    denoise_batch({left.begin(), others}, sigma);
    left.erase(left.begin(), others);
  }
}

// The pooled text, and each number that tells of the picture's size, embedded: in this order, SDXL's.
at::Tensor GuidedDenoiser::label_of(const DenoiseRequest& request) const {
  const Conditioning& conditioning = *request.conditioning;
  const GuidedNetworkFacts& facts = network_->facts();
  const std::int64_t pooled_width = facts.label_width - facts.size_numbers * kSizeEmbedding;
  if (!conditioning.pooled.defined() || conditioning.pooled.size(1) != pooled_width) {
    throw Error("this model takes a pooled text of width " + std::to_string(pooled_width) +
                ", and the conditioning has " +
                (conditioning.pooled.defined() ? std::to_string(conditioning.pooled.size(1)) : "none") +
                ": expected the text encoders of the same checkpoint");
  }
  const std::int64_t width = 8 * request.x->size(3);
  const std::int64_t height = 8 * request.x->size(2);
  const SizeConditioning size = conditioning.size.value_or(SizeConditioning{
      .width = width, .height = height, .target_width = width, .target_height = height});
  std::vector<double> numbers;
  for (const std::int64_t number : {size.height, size.width, size.crop_h, size.crop_w}) {
    numbers.push_back(static_cast<double>(number));
  }
  if (facts.size_numbers == 5) {
    // The refiner's aesthetic score: what a good and a bad picture were given when it was trained.
    numbers.push_back(conditioning.negative ? 2.5 : 6.0);
  } else {
    numbers.push_back(static_cast<double>(size.target_height));
    numbers.push_back(static_cast<double>(size.target_width));
  }
  const at::Tensor embedded =
      sinusoidal_embedding(at::tensor(numbers, at::kFloat).to(device()), kSizeEmbedding).flatten();
  const at::Tensor pooled = conditioning.pooled.to(at::TensorOptions(at::kFloat).device(device()));
  return at::cat({pooled, embedded.expand({pooled.size(0), -1})}, 1);
}

void GuidedDenoiser::denoise_batch(std::span<const DenoiseRequest> requests, double sigma) const {
  const auto [c_in, c_skip, c_out] = preconditioning(sampling_, sigma);
  const at::TensorOptions options = network_->options();
  std::int64_t length = 1;
  for (const DenoiseRequest& request : requests) length = std::lcm(length, tokens(request));

  std::vector<at::Tensor> latents, texts, labels;
  for (const DenoiseRequest& request : requests) {
    const std::int64_t batch = request.x->size(0);
    latents.push_back(*request.x);
    // Every token as often as every other: attention's result is the same.
    const at::Tensor text = request.conditioning->embedding.repeat({1, length / tokens(request), 1});
    texts.push_back(for_batch(text, batch));
    if (network_->facts().size_numbers > 0) labels.push_back(for_batch(label_of(request), batch));
  }
  const at::Tensor x = at::cat(latents).mul(c_in).to(options);
  const at::Tensor text = at::cat(texts).to(options);
  const at::Tensor label = labels.empty() ? at::Tensor() : at::cat(labels).to(options);
  const at::Tensor timesteps =
      at::full({x.size(0)}, sampling_.timestep(sigma), options.dtype(at::kFloat));

  const at::Tensor predicted = network_->predict(x, timesteps, text, label).to(at::kFloat);
  std::int64_t first = 0;
  for (const DenoiseRequest& request : requests) {
    const at::Tensor own = predicted.narrow(0, first, request.x->size(0)).contiguous();
    first += request.x->size(0);
    lincomb(*request.denoised, std::array{c_skip, c_out}, std::array{request.x, &own});
  }
}

}  // namespace ksampler
