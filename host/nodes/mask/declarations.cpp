#include "host/nodes/declarations.hpp"

#include "host/nodes/declare.hpp"

namespace ksampler {

std::vector<NodeDecl> mask_declarations() {
  using namespace declare;
  return {
      {
          .type = "ImageToMask",
          .category = "mask",
          .summary = "Makes a mask of one channel of an image.",
          .inputs =
              {
                  link("image", "IMAGE", "The image, or a batch of them."),
                  choice("channel", {"red", "green", "blue"},
                         "Which. (An image has no alpha: LoadImage gives it as a mask of its own.)"),
              },
          .outputs =
              {
                  {"mask", "MASK", "A mask for each image."},
              },
      },
      {
          .type = "InvertMask",
          .category = "mask",
          .summary = "Turns a mask around: 1 - mask.",
          .inputs =
              {
                  link("mask", "MASK", "The mask."),
              },
          .outputs =
              {
                  {"mask", "MASK", "1 where it was 0, and 0 where it was 1."},
              },
      },
      {
          .type = "LoadImageMask",
          .category = "mask",
          .summary = "Makes a mask of one channel of a picture file.",
          .inputs =
              {
                  in_folders(
                      {"input"},
                      file("image",
                           "A picture, as LoadImage reads it; of an animation, the first frame.")),
                  choice("channel", {"alpha", "red", "green", "blue"},
                         "alpha: 1 where the picture is transparent. The others: as bright as they "
                         "are; red, "
                         "green and blue of a black and white picture are the same."),
              },
          .outputs =
              {
                  {"mask", "MASK", "Values from 0 to 1."},
              },
      },
      {
          .type = "LoadMask",
          .category = "mask",
          .summary = "Reads a mask from a file of tensors.",
          .inputs =
              {
                  file("file", "Safetensors, or a file of torch.save (.pt)."),
                  text("tensor",
                       "The name of the tensor in it, [height, width] with up to two dimensions "
                       "before."),
              },
          .outputs =
              {
                  {"mask", "MASK", "Values from 0 to 1. (Those of type U8 are divided by 255.)"},
              },
      },
  };
}

}  // namespace ksampler
