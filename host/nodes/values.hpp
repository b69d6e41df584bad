// What travels along the links of a pipeline, by the type that a declaration names.
#ifndef KSAMPLER_NODES_VALUES_HPP
#define KSAMPLER_NODES_VALUES_HPP

#include "host/graph/declaration.hpp"
#include "host/model/load/control_source.hpp"
#include "host/model/load/load_model.hpp"
#include "host/model/load/load_text.hpp"
#include "host/model/load/load_vision.hpp"
#include "host/sampling/guidance.hpp"
#include "host/sampling/ksampler.hpp"
#include "host/sampling/latent.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace ksampler {

using ModelValue = Model;                        // MODEL
using ClipValue = std::optional<TextModel>;      // CLIP; none: of a checkpoint that has none
using VaeValue = LazyAutoencoder;                // VAE
using ClipVisionValue = LazyClipVision;          // CLIP_VISION
using ClipVisionOutputValue = ClipVisionOutput;  // CLIP_VISION_OUTPUT
using StyleModelValue = LazyStyleModel;          // STYLE_MODEL
using ConditioningValue = ConditioningList;      // CONDITIONING
using ControlNetValue = std::shared_ptr<const ControlSource>;  // CONTROL_NET
using LatentValue = Latent;                                    // LATENT
using ImageValue = at::Tensor;  // IMAGE: [B,H,W,3], or 4 with alpha; float32, 0 to 1, on the CPU
using MaskValue = at::Tensor;   // MASK: [B,H,W] or [B,1,H,W], float32, 0 to 1, on the CPU
using SigmasValue = std::vector<double>;  // SIGMAS: falling, float32 values
using SamplerValue = Chosen;              // SAMPLER

// `latent` with other samples. A mask stays as it is: whoever uses it fits it to the samples.
Latent with_samples(const Latent& latent, at::Tensor samples);

// A checked sampler or scheduler input as the registry takes it.
Chosen chosen(const PluginChoice& choice);

struct NoiseValue {  // NOISE
  std::uint64_t seed = 0;
  bool add = true;
};

struct GuiderValue {  // GUIDER
  ModelValue model;
  Guidance guidance;
};

}  // namespace ksampler

#endif
