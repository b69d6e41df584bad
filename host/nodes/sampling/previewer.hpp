// What is shown of a latent while it is sampled.
#ifndef KSAMPLER_NODES_SAMPLING_PREVIEWER_HPP
#define KSAMPLER_NODES_SAMPLING_PREVIEWER_HPP

#include "host/model/denoise/denoiser.hpp"
#include "host/model/network/tiny_decoder.hpp"
#include "host/runtime/node_context.hpp"

#include <memory>

namespace ksampler {

// By the colours of the family; or, where the run asks for it and the file is there, by a small decoder
// (RunOptions::decoded_previews), which is loaded for the first one.
class Previewer {
 public:
  Previewer(const NodeContext& context, const Node& node, std::shared_ptr<const Denoiser> model);

  // Of what the model takes the latent to be, [B,C,H,W]: the first items of the batch side by side.
  PreviewPicture operator()(const at::Tensor& denoised);

 private:
  std::shared_ptr<const TinyDecoder> find_decoder() const;

  const NodeContext& context_;
  const Node& node_;
  std::shared_ptr<const Denoiser> model_;
  bool looked_for_decoder_ = false;
  std::shared_ptr<const TinyDecoder> decoder_;
};

}  // namespace ksampler

#endif
