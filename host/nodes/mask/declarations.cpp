#include "host/nodes/declarations.hpp"

#include "host/nodes/declare.hpp"

#include <string>

namespace ksampler {
namespace {

// Inputs that ComfyUI's editor adds as they are linked, up to 50 of them.
std::vector<InputDecl> many_masks() {
  std::vector<InputDecl> inputs = {
      declare::link("masks.mask0", "MASK", "The first, whose size all have then.")};
  for (int i = 1; i < 50; ++i) {
    inputs.push_back(declare::optional(
        declare::link("masks.mask" + std::to_string(i), "MASK", "Likewise, behind it.")));
  }
  return inputs;
}

}  // namespace

std::vector<NodeDecl> mask_declarations() {
  using namespace declare;
  return {
      {
          .type = "BatchMasksNode",
          .category = "mask",
          .summary = "Puts masks behind each other in one batch; resized where their size differs "
                     "(bilinear, cropped).",
          .inputs = many_masks(),
          .outputs =
              {
                  {"mask", "MASK", "All of them."},
              },
      },
      {
          .type = "CropMask",
          .category = "mask",
          .summary = "Cuts a rectangle out of a mask.",
          .inputs =
              {
                  link("mask", "MASK", "The mask."),
                  integer("x", kPixels, 0, "Its left edge."),
                  integer("y", kPixels, 0, "Its upper edge."),
                  integer("width", kSide, 512, "In pixels; less where the mask ends before."),
                  integer("height", kSide, 512, "In pixels; likewise."),
              },
          .outputs =
              {
                  {"mask", "MASK", "The rectangle."},
              },
      },
      {
          .type = "FeatherMask",
          .category = "mask",
          .summary = "Fades a mask out towards its borders, in equal steps that end at 1.",
          .inputs =
              {
                  link("mask", "MASK", "The mask."),
                  integer("left", kPixels, 0,
                          "Pixels over which it fades on the left; all of it where there are fewer."),
                  integer("top", kPixels, 0,
                          "Pixels over which it fades at the top; all of it where there are fewer."),
                  integer("right", kPixels, 0,
                          "Pixels over which it fades on the right; all of it where there are fewer."),
                  integer("bottom", kPixels, 0,
                          "Pixels over which it fades at the bottom; all of it where there are fewer."),
              },
          .outputs =
              {
                  {"mask", "MASK", "The faded mask."},
              },
      },
      {
          .type = "GrowMask",
          .category = "mask",
          .summary = "Lets a mask grow, or shrink, by pixels.",
          .inputs =
              {
                  link("mask", "MASK", "The mask."),
                  integer("expand", {-16384, 16384}, 0,
                          "How far it grows; below 0, how far it shrinks."),
                  defaulting(true, boolean("tapered_corners",
                                           "Whether it grows by the four neighbours of a pixel (a "
                                           "square becomes a diamond), or by all eight.")),
              },
          .outputs =
              {
                  {"mask", "MASK", "Each value is the largest (shrunk: the least) of those near it."},
              },
      },
      {
          .type = "ImageColorToMask",
          .category = "mask",
          .summary = "A mask of the pixels of one colour.",
          .inputs =
              {
                  link("image", "IMAGE", "The picture, or a batch."),
                  integer("color", {0, 0xFFFFFF}, 0, "Red, green and blue in hexadecimal: 0xff8000."),
              },
          .outputs =
              {
                  {"mask", "MASK", "1 where a pixel, rounded to 8 bits, is of that colour, else 0."},
              },
      },
      {
          .type = "ImageToMask",
          .category = "mask",
          .summary = "Makes a mask of one channel of an image.",
          .inputs =
              {
                  link("image", "IMAGE", "The image, or a batch of them."),
                  choice("channel", {"red", "green", "blue", "alpha"},
                         "Which. (Alpha: of what JoinImageWithAlpha gives. LoadImage gives that of a "
                         "file as a mask of its own.)"),
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
      {
          .type = "MaskComposite",
          .category = "mask",
          .summary = "Computes one mask with another that lies somewhere in it.",
          .inputs =
              {
                  link("destination", "MASK", "The mask below, whose size the result has."),
                  link("source", "MASK",
                       "The mask that lies in it; what reaches outside is cut off. One, or as many."),
                  integer("x", kPixels, 0, "Pixels from the left."),
                  integer("y", kPixels, 0, "Pixels from the top."),
                  choice("operation", {"multiply", "add", "subtract", "and", "or", "xor"}, "multiply",
                         "What is computed where they meet; the last three take a value above 0.5 for "
                         "true."),
              },
          .outputs =
              {
                  {"mask", "MASK", "Values from 0 to 1."},
              },
      },
      {
          .type = "MaskToImage",
          .category = "mask",
          .summary = "A grey picture of a mask.",
          .inputs =
              {
                  link("mask", "MASK", "The mask."),
              },
          .outputs =
              {
                  {"image", "IMAGE", "As bright as the mask."},
              },
      },
      {
          .type = "SolidMask",
          .category = "mask",
          .summary = "A mask of one value.",
          .inputs =
              {
                  number("value", {0, 1}, 1.0, "The value."),
                  integer("width", kSide, 512, "In pixels."),
                  integer("height", kSide, 512, "In pixels."),
              },
          .outputs =
              {
                  {"mask", "MASK", "The mask."},
              },
      },
      {
          .type = "ThresholdMask",
          .category = "mask",
          .summary = "Makes a mask black and white.",
          .inputs =
              {
                  link("mask", "MASK", "The mask."),
                  number("value", {0, 1}, 0.5, "What is above it becomes 1, all else 0."),
              },
          .outputs =
              {
                  {"mask", "MASK", "0 and 1."},
              },
      },
  };
}

}  // namespace ksampler
