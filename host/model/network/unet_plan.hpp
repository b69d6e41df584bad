// What a UNet's tensors say about it: blocks, widths, depths. The plan is data that the network is
// built by, so that a tiny one and a large one are the same code.
#ifndef KSAMPLER_MODEL_NETWORK_UNET_PLAN_HPP
#define KSAMPLER_MODEL_NETWORK_UNET_PLAN_HPP

#include "host/model/network/weights.hpp"

#include <cstdint>
#include <vector>

namespace ksampler {

struct UnetBlock {
  std::int64_t channels = 0;  // that it gives
  std::int64_t depth = 0;     // transformer blocks; 0: no attention
  bool down = false;          // halves the resolution, and nothing else
  bool up = false;            // doubles the resolution at its end
};

struct UnetPlan {
  std::int64_t channels_in = 0;
  std::int64_t channels_out = 0;
  std::int64_t width = 0;          // "model_channels", the channels of the first level
  std::int64_t time_width = 0;     // of the embedding of the timestep
  std::int64_t context_width = 0;  // of the text's embeddings
  std::int64_t label_width = 0;    // "adm channels": pooled text and sizes; 0: none
  bool linear_projections = false;
  std::vector<UnetBlock> input;  // after the first convolution
  // Some networks that were distilled have no middle block, or one without attention (KOALA 700M;
  // SSD-1B).
  bool has_middle = false;
  std::int64_t middle_depth = 0;
  std::vector<UnetBlock> output;
  // Of attention; one of them is 0, and follows from the other and the channels.
  std::int64_t heads = 0;
  std::int64_t head_width = 0;

  std::int64_t heads_for(std::int64_t channels) const {
    return heads > 0 ? heads : channels / head_width;
  }
};

// Reads all but heads and head_width, which no tensor shows. Throws Error where the tensors that a plan
// is read off are missing.
UnetPlan read_unet_plan(const Weights& weights);
// The same without channels_out and the output blocks, which a ControlNet has not.
UnetPlan read_encoder_plan(const Weights& weights);

}  // namespace ksampler

#endif
