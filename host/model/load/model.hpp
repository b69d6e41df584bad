// What a MODEL is: a value. Where its network comes from, its parameterization, and what was changed in
// it. A node that changes a model copies the value and adds to it. Nothing of it takes memory to speak
// of: a denoiser is made of it when a run starts, and there the network is loaded, or found loaded.
#ifndef KSAMPLER_MODEL_LOAD_MODEL_HPP
#define KSAMPLER_MODEL_LOAD_MODEL_HPP

#include "host/model/denoise/conditioning.hpp"
#include "host/model/denoise/denoiser.hpp"
#include "host/model/load/network_cache.hpp"
#include "host/model/lora/lora_file.hpp"
#include "host/model/network/layer_names.hpp"
#include "host/model/network/weight_patches.hpp"
#include "host/model/noising/model_sampling.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ksampler {

struct Model;

// Where a model comes from. Thread rule: immutable.
class ModelSource {
 public:
  virtual ~ModelSource() = default;

  virtual const LatentFormat& latents() const = 0;
  virtual at::Device device() const = 0;

  // Throws Error where the model has no answer for a latent of this shape, [B,C,H,W].
  virtual void check_shape(at::IntArrayRef shape) const = 0;
  // Throws Error where it cannot be of that parameterization.
  virtual void check_sampling(const ModelSampling& /*sampling*/) const {}

  // "sd1", "sdxl", ...: see Family. Empty where it is of none.
  virtual const char* family() const { return ""; }

  // The names of the classes that a conditioning's label stands for; empty where it has none.
  virtual const std::vector<std::string>& classes() const;

  // What its layers are called, for LoRAs. Throws Error where there is nothing to be changed.
  virtual LoraTargets lora_targets() const;

  // `model` is of this source.
  virtual std::shared_ptr<const Denoiser> denoiser(const Model& model, NetworkCache& cache) const = 0;
};

// Changes of a network, as data.
struct Patches {
  WeightPatches weights;
  std::string identity;  // of their files and strengths: the cache tells networks apart by it

  // These, after those that are there already.
  void add(WeightPatches more, const std::string& of);
};

// A guider that shapes the model's predictions (ks/guider.h), by name; it is made when a run begins.
struct ModelGuider {
  std::string name;
  std::vector<std::pair<std::string, std::variant<double, std::vector<double>>>> params;
  ConditioningList empty = {};      // the empty prompt, of one that needs it
  ConditioningList second = {};     // the second prompt, likewise
  bool second_is_negative = false;  // it is what is led away from
};

// A source that shapes the noise of a run (ks/noise.h), likewise.
struct ModelNoise {
  std::string name;
  std::vector<std::pair<std::string, std::variant<double, std::vector<double>>>> params;
  bool at_start = true;  // shapes the noise that a run begins with
  bool at_steps = true;  // shapes the noise that samplers draw
};

struct Model {
  std::shared_ptr<const ModelSource> source;
  ModelSampling sampling;
  Patches patches = {};
  // How far a noise mask says when a place may change, and not how much: see DifferentialMask
  // (host/sampling). None: not at all.
  std::optional<double> differential = {};
  std::vector<ModelGuider> guiders = {};  // in the order of the pipeline
  std::vector<ModelNoise> noises = {};    // likewise
};

// The same model under another parameterization. Throws Error where it has but its own.
Model with_sampling(const Model& model, ModelSampling sampling);

// The same model with a LoRA added to its weights; what of it those were, and what did not fit, goes to
// `use`. Throws Error where a tensor is damaged, or the model has no weights.
Model with_lora(const Model& model, const Lora& lora, double strength, LoraUse& use);

// "lora.safetensors 1234 0.7 ": differs where the change does.
std::string identity_of(const Lora& lora, double strength);

// Loads what it needs, and holds it. Throws Error.
std::shared_ptr<const Denoiser> make_denoiser(const Model& model, NetworkCache& cache);

}  // namespace ksampler

#endif
