// A network that predicts, as a denoiser needs it: one of ours, or one that was exported.
#ifndef KSAMPLER_MODEL_NETWORK_NETWORK_HPP
#define KSAMPLER_MODEL_NETWORK_NETWORK_HPP

#include "host/model/network/reference_places.hpp"
#include "host/model/network/token_bias.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

namespace ksampler {

// What ControlNets add inside a UNet (Zhang et al. 2023, 2302.05543).
struct UnetResiduals {
  std::vector<at::Tensor> skips = {};  // to what the encoder gives, [B,c,h,w] each; empty: nothing
  at::Tensor middle = {};              // to the middle's output
};

// One batch. A network reads the fields that it knows; what it does not take stays undefined.
struct NetworkInput {
  at::Tensor x;            // [B,C,H,W], as the network's options
  at::Tensor timesteps;    // [B] float32
  at::Tensor text = {};    // [B,T,text_width], as the network's options
  at::Tensor pooled = {};  // [B,pooled_width] float32, of the text as a whole
  // [B,T] int64, the prompt's tokens for a network that reads them itself, and [B,T] float32, how
  // strongly each holds.
  at::Tensor token_ids = {};
  at::Tensor token_weights = {};
  at::Tensor numbers = {};   // [B,numbers] float32, what the family tells of the picture
  at::Tensor guidance = {};  // [B] float32, how strongly a distilled network is to follow the text
  // [B,C,h,w] each, as `x`: pictures that the network looks at.
  std::vector<at::Tensor> references = {};
  // Of each of them, how many tokens of the text stand before it, rising; fewer: behind the text.
  std::vector<std::int64_t> slots = {};
  std::vector<TokenBias> biases = {};  // of tokens of the text
  std::int64_t layers = 1;             // of one picture, that stand one below the other in `x`
  // So many of its last rows are of the weakened network: with the identity in place of
  // self-attention's map in its middle (Ahn et al. 2024, 2403.17377).
  std::int64_t perturbed = 0;
  ReferenceMethod reference_method = ReferenceMethod::of_network;  // where they stand
  UnetResiduals residuals = {};
};

// What it takes.
struct NetworkFacts {
  std::int64_t channels = 4;      // of what it takes
  std::int64_t channels_out = 0;  // of what it predicts; 0: as many
  std::int64_t text_width = 0;
  std::int64_t pooled_width = 0;  // 0: none
  std::int64_t numbers = 0;       // how many
  bool guidance = false;          // it is told one
  double usual_guidance = 3.5;    // where nobody says which (ComfyUI's)
  bool references = false;        // it looks at pictures
  bool tokens = false;            // it reads the prompt's tokens itself, beside the text
  // The text is among the tokens of the picture, or its tokens have places: said twice, it is another
  // text. Where it is looked at from outside (cross-attention), repeating it changes nothing.
  bool text_among_tokens = false;
  bool perturbs = false;     // it can be weakened
  bool biases_text = false;  // it can look at some tokens of the text more, or less
  bool layers = false;       // it makes the layers of a picture
};

// Thread rule: predict may be called from several threads at once.
class Network {
 public:
  virtual ~Network() = default;

  virtual NetworkFacts facts() const = 0;
  virtual at::TensorOptions options() const = 0;

  // Channels of each of its skip connections, to which residuals may be added; empty: it takes none.
  virtual std::span<const std::int64_t> skips() const { return {}; }

  // Throws Error for a latent [B,C,H,W] of the right channels that it cannot take nevertheless.
  virtual void check_size(at::IntArrayRef /*shape*/) const {}

  // The prediction, [B,C,H,W] as `options`.
  virtual at::Tensor predict(const NetworkInput& input) const = 0;
};

}  // namespace ksampler

#endif
