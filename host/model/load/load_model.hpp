// The networks of a model file. A checkpoint in the single-file layout holds a diffusion network
// ("model.diffusion_model."), an autoencoder ("first_stage_model.") and text encoders
// ("cond_stage_model." or "conditioner."); a file of one of them alone may leave the prefix out.
#ifndef KSAMPLER_MODEL_LOAD_LOAD_MODEL_HPP
#define KSAMPLER_MODEL_LOAD_LOAD_MODEL_HPP

#include "host/model/family/family.hpp"
#include "host/model/file/model_file.hpp"
#include "host/model/load/lazy.hpp"
#include "host/model/load/model.hpp"
#include "host/model/network/autoencoder.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ksampler {

// What was found in a file, and what is to be said of it: tensors of its part of the file that it has
// no use for, but those that are known to change nothing; and sentences.
template <typename T>
struct Found {
  T value;
  std::vector<std::string> surplus = {};
  std::vector<std::string> notes = {};
};

// The diffusion network of a file. Reads its header alone, nearly: names and shapes of all tensors are
// checked, and values are read and checked when a run starts. Throws Error: none in it, of no known
// family, tensors missing or misshapen. `type`: what it computes with; none: as its family does on a
// GPU, else float32. `rounded_to`: what its values are rounded to first, such as 8 bits.
Found<Model> find_model(const std::shared_ptr<const TensorFile>& file, at::Device device,
                        std::optional<at::ScalarType> type, Families known = families(),
                        std::optional<at::ScalarType> rounded_to = {});

// An autoencoder that is loaded where it is used.
using LazyAutoencoder = Lazy<Autoencoder>;

// The autoencoder of a file, likewise. In float32 unless it is asked for in less: some overflow in
// float16, and bfloat16 shows. Throws Error.
Found<LazyAutoencoder> find_autoencoder(const std::shared_ptr<const TensorFile>& file,
                                        at::Device device, at::ScalarType type = at::kFloat);

}  // namespace ksampler

#endif
