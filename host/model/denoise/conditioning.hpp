// What guides a model, as ComfyUI's CONDITIONING: a list of entries, each with a content (a label, or
// what a text encoder makes of a prompt) and where, when and how strongly it holds.
#ifndef KSAMPLER_MODEL_DENOISE_CONDITIONING_HPP
#define KSAMPLER_MODEL_DENOISE_CONDITIONING_HPP

#include "host/model/network/reference_places.hpp"
#include "host/model/network/token_bias.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace ksampler {

// A rectangle of the latent, in cells.
struct Area {
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::int64_t y = 0;
  std::int64_t x = 0;
  bool operator==(const Area&) const = default;
};

// The same, each number a share of the latent's height or width.
struct AreaShare {
  double height = 0.0;
  double width = 0.0;
  double y = 0.0;
  double x = 0.0;
};

// What SDXL is told about the picture, in pixels: the size that it was of, where it was cropped, and
// the size that is aimed at (Podell et al. 2023, section 2.2).
struct SizeConditioning {
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t crop_w = 0;
  std::int64_t crop_h = 0;
  std::int64_t target_width = 0;
  std::int64_t target_height = 0;
  std::optional<double> aesthetic_score = {};  // for its refiner; none: by whether it is the negative
  bool operator==(const SizeConditioning&) const = default;
};

class ControlNet;
class ControlSource;  // load/control_source.hpp

// A ControlNet and the picture that it is shown.
struct Control {
  std::shared_ptr<const ControlSource> source;
  at::Tensor picture;  // [B,3,H,W], 0 to 1, any size
  double strength = 1.0;
  // Where in the run it holds, 0 (pure noise) to 1 (image).
  double start_percent = 0.0;
  double end_percent = 1.0;
  // Set where guidance uses it, for the latent that is sampled.
  std::shared_ptr<const ControlNet> network = {};
  at::Tensor hint = {};  // see ControlNet::hint
  double first_sigma = 0.0;
  double last_sigma = 0.0;

  bool active_at(double sigma) const {
    return strength != 0.0 && sigma <= first_sigma && sigma >= last_sigma;
  }
};

struct Conditioning {
  // The content.
  std::int64_t label = 0;     // index of a class of the model
  at::Tensor embedding = {};  // [1,T,C] float32, of the prompt's tokens; undefined: none
  at::Tensor pooled = {};     // [1,P] float32, of the prompt as a whole; undefined: none
  // For a network that reads a prompt's tokens itself (Anima: T5's): [1,T] int64, and how strongly each
  // holds, [1,T] float32. Undefined: none.
  at::Tensor token_ids = {};
  at::Tensor token_weights = {};
  std::vector<TokenBias> biases = {};         // tokens that are looked at more, or less
  std::optional<SizeConditioning> size = {};  // none: the size of the latent
  // How strongly a network that was distilled from a guided one follows the text; none: as usual.
  std::optional<double> guidance = {};
  std::vector<at::Tensor> references = {};  // [B,C,h,w], latents of pictures that are looked at
  std::vector<std::int64_t> slots = {};     // where these stand in the text (NetworkInput::slots)
  ReferenceMethod reference_method = ReferenceMethod::of_network;  // where these stand
  // What a network that takes further channels is shown in them (concat.hpp); undefined: nothing.
  at::Tensor concat_latent = {};  // [B,C,h,w], as the autoencoder gives it, any size
  at::Tensor concat_mask = {};    // [B,1,H,W], 0 to 1, any size
  std::vector<Control> controls = {};
  bool controls_negative = false;  // the controls hold for what guides away, too

  // Where, when and how strongly it holds.
  double strength = 1.0;
  std::optional<Area> area = {};             // none: the whole latent
  std::optional<AreaShare> area_share = {};  // in place of `area`, until the latent is known
  at::Tensor mask = {};                      // [B,H,W] or [B,1,H,W], 0 to 1, any size; undefined: none
  double mask_strength = 1.0;
  bool area_of_mask = false;  // the area is the least rectangle that holds all of the mask
  // Where in the run it holds, 0 (pure noise) to 1 (image).
  std::optional<double> start_percent = {};
  std::optional<double> end_percent = {};
  bool negative = false;  // guidance leads away from it; set where guidance uses it
  // The network is weakened for it (NetworkInput::perturbed); set where guidance uses it.
  bool perturbed = false;
  std::int64_t layers = 1;  // of the latent that is sampled; set where guidance uses it
  // These further channels for the latent that is sampled, [B,n,H,W]; set where guidance uses it.
  at::Tensor concat = {};

  void take_content(const Conditioning& from) {
    label = from.label;
    embedding = from.embedding;
    pooled = from.pooled;
    token_ids = from.token_ids;
    token_weights = from.token_weights;
    biases = from.biases;
    size = from.size;
    guidance = from.guidance;
    references = from.references;
    slots = from.slots;
    reference_method = from.reference_method;
    concat_latent = from.concat_latent;
    concat_mask = from.concat_mask;
  }
};

using ConditioningList = std::vector<Conditioning>;

}  // namespace ksampler

#endif
