// The networks of a model file. A checkpoint in the single-file layout holds a UNet
// ("model.diffusion_model."), an autoencoder ("first_stage_model.") and text encoders
// ("cond_stage_model." or "conditioner."); a file of one of them alone may leave the prefix out.
#ifndef KSAMPLER_MODEL_LOAD_LOAD_MODEL_HPP
#define KSAMPLER_MODEL_LOAD_LOAD_MODEL_HPP

#include "host/model/denoise/denoiser.hpp"
#include "host/model/file/model_file.hpp"
#include "host/model/network/autoencoder.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ksampler {

// A network, and the names of the tensors of its part of the file that it has no use for, but those
// that are known to change nothing.
template <typename T>
struct Loaded {
  std::shared_ptr<const T> network;
  std::vector<std::string> surplus;
};

// What networks compute with unless a node says otherwise: float16 on a GPU, else float32.
at::ScalarType default_unet_type(at::Device device);

// The UNet of a file. Throws Error: none in it, not known, tensors missing or misshapen.
Loaded<Denoiser> load_unet(const std::shared_ptr<const SafetensorsFile>& file, at::Device device,
                           at::ScalarType type);

// The autoencoder of a file. In float32 unless it is asked for in less: some overflow in float16, and
// bfloat16 shows. Throws Error.
Loaded<Autoencoder> load_autoencoder(const std::shared_ptr<const SafetensorsFile>& file,
                                     at::Device device, at::ScalarType type = at::kFloat);

}  // namespace ksampler

#endif
