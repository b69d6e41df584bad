// The architectures that are known, as a table: what their UNets' tensors show, and what they don't
// show. Everything else (widths, depths, channels) is read off the tensors.
#ifndef KSAMPLER_MODEL_LOAD_RECOGNISE_HPP
#define KSAMPLER_MODEL_LOAD_RECOGNISE_HPP

#include "host/model/network/unet_plan.hpp"
#include "host/model/noising/model_sampling.hpp"

#include <cstdint>
#include <span>

namespace ksampler {

struct Architecture {
  const char* name;
  // What its tensors show.
  bool linear_projections;    // around the attention, where others have convolutions
  std::int64_t size_numbers;  // in the label, beside the pooled text; 0: no label

  // What they don't.
  std::int64_t heads;       // one of them is 0
  std::int64_t head_width;  // "
  double latent_scale;      // that latents of its autoencoder are multiplied by
};

// Each number of a label is embedded in this width.
inline constexpr std::int64_t kSizeEmbedding = 256;

std::span<const Architecture> architectures();

// Recognises a UNet, and fills in its heads: as the architecture has them, or as the file's metadata
// says
// ("ksampler.heads": how many; "ksampler.head_width": the width of each). Throws Error.
const Architecture& recognise(const Weights& unet, UnetPlan& plan);

// What the network predicts: as the file says, in the metadata ("ksampler.prediction": a name that
// ModelSampling::named knows; "modelspec.prediction_type": epsilon or v) or in tensors of the names
// v_pred and ztsnr; else eps, but v where an SD 2 network has the statistics of one that was trained to
// (see the source). Throws Error: not known, or a file that says to be of EDM (tensors edm_mean and
// edm_std, edm_vpred.sigma_max).
ModelSampling recognise_sampling(const Weights& unet, const Architecture& architecture);

}  // namespace ksampler

#endif
