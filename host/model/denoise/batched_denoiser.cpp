#include "host/model/denoise/batched_denoiser.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/denoise/preconditioning.hpp"
#include "host/model/load/control_source.hpp"
#include "host/pictures/resize.hpp"
#include "host/tensor/lincomb.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace ksampler {
namespace {

// A longer text is not worth more repetitions of a shorter one than this (ComfyUI's bound).
constexpr std::int64_t kMostRepeats = 4;

std::int64_t tokens(const DenoiseRequest& request) { return request.conditioning->embedding.size(1); }

bool same_references(const Conditioning& a, const Conditioning& b) {
  if (a.reference_method != b.reference_method || a.slots != b.slots) return false;
  return std::ranges::equal(
      a.references, b.references, {}, [](const at::Tensor& x) { return x.sizes(); },
      [](const at::Tensor& x) { return x.sizes(); });
}

// Then one call of each ControlNet is for both.
bool same_controls(const Conditioning& a, const Conditioning& b) {
  return std::ranges::equal(a.controls, b.controls, [](const Control& one, const Control& other) {
    return one.network == other.network && one.picture.is_same(other.picture) &&
           one.strength == other.strength && one.first_sigma == other.first_sigma &&
           one.last_sigma == other.last_sigma;
  });
}

// Of those that the network reads itself.
std::int64_t read_tokens(const DenoiseRequest& request) {
  return request.conditioning->token_ids.size(1);
}

bool can_share_batch(const DenoiseRequest& a, const DenoiseRequest& b, const NetworkFacts& facts) {
  if (!same_controls(*a.conditioning, *b.conditioning)) return false;
  if (facts.tokens && read_tokens(a) != read_tokens(b)) return false;
  if (facts.references && !same_references(*a.conditioning, *b.conditioning)) return false;
  if (a.conditioning->biases != b.conditioning->biases) return false;
  if (facts.text_among_tokens) return tokens(a) == tokens(b);
  const std::int64_t length = std::lcm(tokens(a), tokens(b));
  return length / std::min(tokens(a), tokens(b)) <= kMostRepeats;
}

// One row for each item: repeated where there are fewer, cut where there are more.
at::Tensor for_batch(const at::Tensor& rows, std::int64_t batch) {
  std::vector<std::int64_t> repeats(static_cast<std::size_t>(rows.dim()), 1);
  repeats[0] = (batch + rows.size(0) - 1) / rows.size(0);
  return rows.repeat(repeats).narrow(0, 0, batch);
}

// Of a latent that a node of the type put into a conditioning.
void check_picture(const at::Tensor& latent, std::int64_t channels, const char* node) {
  if (latent.dim() == 4 && latent.size(1) == channels) return;
  throw Error(
      sentence("a picture of {} has {} channels, and the model's latents have {}: it was encoded for "
               "another model",
               node, latent.dim() == 4 ? latent.size(1) : 0, channels));
}

// What the ControlNets of the requests, which share them, add at this noise level. `x`: the latents
// without further channels.
UnetResiduals residuals_of(std::span<const DenoiseRequest> requests, const NetworkInput& input,
                           const at::Tensor& x, double sigma) {
  UnetResiduals sum;
  for (const Control& control : requests.front().conditioning->controls) {
    if (!control.active_at(sigma)) continue;
    NetworkInput shown = input;
    shown.x = x;
    std::vector<at::Tensor> hints;
    for (const DenoiseRequest& request : requests) {
      if (control.hint.size(0) > 1) hints.push_back(for_batch(control.hint, request.x->size(0)));
    }
    // One picture for all is added to all of the batch.
    UnetResiduals each = (*control.network)(shown, hints.empty() ? control.hint : at::cat(hints));
    const auto add = [&](at::Tensor& to, at::Tensor& added) {
      if (control.strength != 1.0) added.mul_(control.strength);
      to = to.defined() ? to.add_(added) : added;
    };
    sum.skips.resize(each.skips.size());
    for (std::size_t i = 0; i < each.skips.size(); ++i) add(sum.skips[i], each.skips[i]);
    add(sum.middle, each.middle);
  }
  return sum;
}

at::Tensor joined(const std::vector<at::Tensor>& rows) {
  return rows.empty() ? at::Tensor() : at::cat(rows);
}

}  // namespace

void check_channels(at::IntArrayRef shape, std::int64_t channels) {
  if (shape.size() == 4 && shape[1] == channels) return;
  throw Error(sentence(
      "this model's latents have {} channels; the latent has {}: it was encoded for another model",
      channels, shape.size() == 4 ? shape[1] : 0));
}

BatchedDenoiser::BatchedDenoiser(std::shared_ptr<const Network> network,
                                 decltype(Family::numbers) numbers, LatentFormat latents,
                                 ModelSampling sampling, MakeConcat make_concat, NetworkCache* cache)
    : network_(std::move(network)),
      numbers_(numbers),
      latents_(std::move(latents)),
      sampling_(std::move(sampling)),
      make_concat_(make_concat),
      cache_(cache) {
  preconditioning(sampling_, 1.0);
}

at::Tensor BatchedDenoiser::concat(const Conditioning& conditioning, const at::Tensor& latent,
                                   const at::Tensor& mask) const {
  if (make_concat_ == nullptr) return {};
  if (conditioning.concat_latent.defined()) {
    check_picture(conditioning.concat_latent, latents_.channels,
                  conditioning.concat_mask.defined() ? "InpaintModelConditioning"
                                                     : "InstructPixToPixConditioning");
  }
  return make_concat_({conditioning, latent, mask, latents_}).to(network_->options());
}

void BatchedDenoiser::make_ready(std::vector<Control>& controls, std::int64_t height,
                                 std::int64_t width) const {
  if (cache_ == nullptr) return Denoiser::make_ready(controls, height, width);
  const Size size{.width = latents_.pixels * width, .height = latents_.pixels * height};
  for (Control& control : controls) {
    control.source->check_fits(*network_);
    control.network = control.source->hold(*cache_, network_->options());
    control.hint = control.network->hint(resized(control.picture, size, "nearest-exact", "center"));
    control.first_sigma = sampling_.percent_to_sigma(control.start_percent);
    control.last_sigma = sampling_.percent_to_sigma(control.end_percent);
  }
}

void BatchedDenoiser::check_shape(at::IntArrayRef shape) const {
  check_channels(shape, latents_.channels);
  network_->check_size(shape);
}

void BatchedDenoiser::check_text(const Conditioning& conditioning) const {
  const NetworkFacts facts = network_->facts();
  const at::Tensor& text = conditioning.embedding;
  if (!text.defined()) {
    throw Error(
        "this model is guided by text, and the conditioning has none: expected one from a "
        "CLIPTextEncode node");
  }
  if (text.size(2) != facts.text_width) {
    throw Error(
        sentence("the text's embedding is {} wide, and the model takes {}: expected the text encoder "
                 "of the same checkpoint",
                 text.size(2), facts.text_width));
  }
  if (facts.tokens && !conditioning.token_ids.defined()) {
    throw Error(
        "this model reads the prompt's tokens, too, and the conditioning has none: expected one from a "
        "CLIPTextEncode node with the model's own text encoder");
  }
  if (!conditioning.biases.empty() && !facts.biases_text) {
    throw Error(
        "this model cannot look at some tokens more than at others, which StyleModelApply with "
        "'attn_bias' asks for: expected Flux.1, or 'multiply'");
  }
  if (facts.references) {
    for (const at::Tensor& reference : conditioning.references) {
      check_picture(reference, latents_.channels, "ReferenceLatent");
    }
  }
  const at::Tensor& pooled = conditioning.pooled;
  if (facts.pooled_width > 0 && (!pooled.defined() || pooled.size(1) != facts.pooled_width)) {
    throw Error(
        sentence("this model takes a pooled text of width {}, and the conditioning has {}: expected "
                 "the text encoders of the same checkpoint",
                 facts.pooled_width, pooled.defined() ? std::to_string(pooled.size(1)) : "none"));
  }
}

void BatchedDenoiser::check_layers(const DenoiseRequest& request) const {
  const std::int64_t layers = request.conditioning->layers;
  if (layers == 1) return;
  if (!network_->facts().layers) {
    throw Error(
        "this model makes no layers of a picture, and the latent is one of layers: expected "
        "Qwen-Image-Layered, or another empty latent");
  }
  if (request.conditioning->area || request.x->size(2) % layers != 0) {
    throw Error(sentence("a latent of {} layers, {} cells high in all, cannot be sampled in parts",
                         layers, request.x->size(2)));
  }
}

void BatchedDenoiser::denoise(std::span<const DenoiseRequest> requests, double sigma) const {
  for (const DenoiseRequest& request : requests) {
    check_text(*request.conditioning);
    check_layers(request);
  }
  const NetworkFacts facts = network_->facts();
  std::vector<DenoiseRequest> left(requests.begin(), requests.end());
  while (!left.empty()) {
    const DenoiseRequest first = left.front();
    const auto others = std::stable_partition(
        left.begin(), left.end(),
        [&](const DenoiseRequest& request) { return can_share_batch(first, request, facts); });
    std::stable_partition(left.begin(), others, [](const DenoiseRequest& request) {
      return !request.conditioning->perturbed;
    });
    denoise_batch({left.begin(), others}, sigma);
    left.erase(left.begin(), others);
  }
}

// cond and uncond, and whatever else shares a shape: one batch.
void BatchedDenoiser::denoise_batch(std::span<const DenoiseRequest> requests, double sigma) const {
  const auto [c_in, c_skip, c_out] = preconditioning(sampling_, sigma);
  const at::TensorOptions options = network_->options();
  const at::TensorOptions numbers_options = options.dtype(at::kFloat);
  const NetworkFacts facts = network_->facts();
  const bool takes_pooled = facts.pooled_width > 0;
  std::int64_t length = 1;
  for (const DenoiseRequest& request : requests) length = std::lcm(length, tokens(request));

  std::vector<at::Tensor> latents, texts, pooled, numbers, guidance, concats;
  std::vector<at::Tensor> token_ids, token_weights;
  std::vector<std::vector<at::Tensor>> references;
  std::int64_t perturbed = 0;
  for (const DenoiseRequest& request : requests) {
    const Conditioning& conditioning = *request.conditioning;
    const std::int64_t batch = request.x->size(0);
    latents.push_back(*request.x);
    if (conditioning.perturbed) perturbed += batch;
    if (make_concat_ != nullptr) concats.push_back(for_batch(conditioning.concat, batch));
    // Every token as often as every other: attention's result is the same.
    const at::Tensor text = conditioning.embedding.repeat({1, length / tokens(request), 1});
    texts.push_back(for_batch(text, batch));
    if (takes_pooled) pooled.push_back(for_batch(conditioning.pooled.to(numbers_options), batch));
    if (facts.tokens) {
      token_ids.push_back(for_batch(conditioning.token_ids, batch).to(options.device()));
      token_weights.push_back(for_batch(conditioning.token_weights, batch).to(numbers_options));
    }
    if (facts.guidance) {
      guidance.push_back(
          at::full({batch}, conditioning.guidance.value_or(facts.usual_guidance), numbers_options));
    }
    references.resize(facts.references ? conditioning.references.size() : 0);
    for (std::size_t i = 0; i < references.size(); ++i) {
      const at::Tensor scaled = latents_.to_model(conditioning.references[i]);
      references[i].push_back(for_batch(scaled, batch).to(options));
    }
    if (numbers_ != nullptr) {
      const PictureSize size{.height = latents_.pixels * request.x->size(2),
                             .width = latents_.pixels * request.x->size(3)};
      const at::Tensor row = at::tensor(numbers_(conditioning, size), at::kFloat).unsqueeze(0);
      numbers.push_back(for_batch(row.to(options.device()), batch));
    }
  }
  NetworkInput input;
  const at::Tensor x = at::cat(latents).mul(c_in).to(options);
  input.x = concats.empty() ? x : at::cat({x, at::cat(concats)}, 1);
  input.text = at::cat(texts).to(options);
  input.pooled = joined(pooled);
  input.token_ids = joined(token_ids);
  input.token_weights = joined(token_weights);
  input.numbers = joined(numbers);
  input.guidance = joined(guidance);
  for (const std::vector<at::Tensor>& each : references) input.references.push_back(at::cat(each));
  input.slots = requests.front().conditioning->slots;
  input.layers = requests.front().conditioning->layers;
  input.biases = requests.front().conditioning->biases;
  input.perturbed = perturbed;
  input.reference_method = requests.front().conditioning->reference_method;
  input.timesteps = at::full({input.x.size(0)}, sampling_.timestep(sigma), numbers_options);
  input.residuals = residuals_of(requests, input, x, sigma);

  const at::Tensor predicted = network_->predict(input).to(at::kFloat);
  std::int64_t first = 0;
  for (const DenoiseRequest& request : requests) {
    const at::Tensor own = predicted.narrow(0, first, request.x->size(0)).contiguous();
    first += request.x->size(0);
    lincomb(*request.denoised, std::array{c_skip, c_out}, std::array{request.x, &own});
  }
}

}  // namespace ksampler
