// A family of models: what its files show, and what they don't. One file a family; the list is in
// family.cpp. Everything else of a network (widths, depths) is read off its tensors.
#ifndef KSAMPLER_MODEL_FAMILY_FAMILY_HPP
#define KSAMPLER_MODEL_FAMILY_FAMILY_HPP

#include "host/model/denoise/concat.hpp"
#include "host/model/denoise/conditioning.hpp"
#include "host/model/family/latent_format.hpp"
#include "host/model/network/layer_names.hpp"
#include "host/model/network/network.hpp"
#include "host/model/network/weights.hpp"
#include "host/model/noising/model_sampling.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace ksampler {

struct PictureSize {
  std::int64_t height = 0;  // pixels
  std::int64_t width = 0;
};

struct Family {
  const char* id;    // what plugins are told: "sdxl"
  const char* name;  // for people: "SDXL"
  LatentFormat latents;

  // Whether these tensors (a file's, without what stands before the names of its network) are of it.
  bool (*is_of)(const Weights& weights);

  // The network. Takes each tensor that it needs. Throws Error: one is missing, or misshapen.
  std::shared_ptr<const Network> (*network)(const Weights& weights);

  // What it predicts at which noise levels: as the file says, else as the family's do. What the file
  // says and nobody knows goes to `notes`, a sentence each. Throws Error.
  ModelSampling (*sampling)(const Weights& weights, std::vector<std::string>& notes);

  // What the network is told of the picture. Null: nothing.
  std::vector<double> (*numbers)(const Conditioning& conditioning, PictureSize size) = nullptr;

  // How a network that takes `more` channels than its latents have is given what it is shown in them.
  // Null, or null for these: not known.
  MakeConcat (*concat)(const LatentFormat& latents, std::int64_t more) = nullptr;

  // What others call its layers, for LoRAs. Null: they cannot be changed.
  LoraTargets (*lora_targets)(const Weights& weights) = nullptr;

  // What it computes with on a GPU, unless a node says otherwise: some overflow in float16.
  at::ScalarType on_gpu = at::kHalf;
  // Its weights stay in memory as the file has them.
  bool stays_stored = false;
};

// Those that are known; the first that fits is taken.
using Families = std::span<const Family* const>;
Families families();

extern const Family kSd1;          // sd.cpp
extern const Family kSd2;          // sd.cpp
extern const Family kSdxl;         // sdxl.cpp
extern const Family kSdxlRefiner;  // sdxl.cpp
extern const Family kSd3;          // sd3.cpp
extern const Family kFlux;         // flux.cpp
extern const Family kFluxSchnell;  // flux.cpp
extern const Family kChroma;       // chroma.cpp
extern const Family kFlux2;        // flux2.cpp
extern const Family kZImage;       // z_image.cpp
extern const Family kQwenImage;    // qwen_image.cpp
extern const Family kKrea2;        // krea2.cpp
extern const Family kAnima;        // anima.cpp
extern const Family kLumina2;      // lumina2.cpp
extern const Family kQwenImage21;  // qwen_image21.cpp

}  // namespace ksampler

#endif
