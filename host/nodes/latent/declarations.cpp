#include "host/nodes/declarations.hpp"

#include "host/nodes/declare.hpp"

#include <string>
#include <utility>

namespace ksampler {

namespace {

// ComfyUI's tiled nodes have these for the autoencoders of videos; its workflows give them always.
InputDecl unused_of_videos(std::string name, double least, std::int64_t value) {
  return declare::multiple_of(4, declare::integer(std::move(name), {least, 4096}, value,
                                                  "For videos: accepted, and not used."));
}

InputDecl temporal_size() { return unused_of_videos("temporal_size", 8, 64); }
InputDecl temporal_overlap() { return unused_of_videos("temporal_overlap", 4, 8); }

// Inputs that ComfyUI's editor adds as they are linked, up to 50 of them.
std::vector<InputDecl> many_latents() {
  std::vector<InputDecl> inputs = {
      declare::link("latents.latent0", "LATENT", "The first, whose size all have then.")};
  for (int i = 1; i < 50; ++i) {
    inputs.push_back(declare::optional(
        declare::link("latents.latent" + std::to_string(i), "LATENT", "Likewise, behind it.")));
  }
  return inputs;
}

}  // namespace

std::vector<NodeDecl> latent_declarations() {
  using namespace declare;
  return {
      {
          .type = "BatchLatentsNode",
          .category = "latent",
          .summary = "Puts latents behind each other in one batch; resized where their size differs "
                     "(bilinear, cropped).",
          .inputs = many_latents(),
          .outputs =
              {
                  {"latent", "LATENT", "All of them, with the noise mask of the first."},
              },
      },
      {
          .type = "EmptyFlux2LatentImage",
          .category = "latent",
          .summary =
              "A latent of zeros with 128 channels, as Flux.2 has them, to be filled from noise.",
          .inputs =
              {
                  multiple_of(
                      16, integer("width", {16, 16384}, 1024, "Width in pixels; a latent cell is 16.")),
                  multiple_of(16, integer("height", {16, 16384}, 1024, "Height in pixels.")),
                  integer("batch_size", {1, 4096}, 1, "How many at once."),
              },
          .outputs =
              {
                  {"latent", "LATENT", "Zeros."},
              },
      },
      {
          .type = "EmptyLatentImage",
          .category = "latent",
          .summary = "A latent of zeros, to be filled from noise.",
          .inputs =
              {
                  whole_cells(
                      integer("width", {16, 16384}, 512, "Width in pixels; a latent cell is 8.")),
                  whole_cells(integer("height", {16, 16384}, 512, "Height in pixels.")),
                  integer("batch_size", {1, 4096}, 1, "How many at once."),
              },
          .outputs =
              {
                  {"latent", "LATENT", "Zeros."},
              },
      },
      {
          .type = "EmptyQwenImageLayeredLatentImage",
          .category = "latent",
          .summary = "A latent of zeros for Qwen-Image-Layered: the picture, and each of its layers.",
          .inputs =
              {
                  multiple_of(16, integer("width", {16, 16384}, 640, "Width in pixels.")),
                  multiple_of(16, integer("height", {16, 16384}, 640, "Height in pixels.")),
                  integer("layers", {0, 16384}, 3, "How many layers the picture has."),
                  integer("batch_size", {1, 4096}, 1, "How many at once."),
              },
          .outputs =
              {
                  {"latent", "LATENT", "Zeros."},
              },
      },
      {
          .type = "EmptySD3LatentImage",
          .category = "latent",
          .summary =
              "A latent of zeros with 16 channels, as Stable Diffusion 3, Flux.1 and Z-Image have "
              "them, to be filled from noise.",
          .inputs =
              {
                  multiple_of(16, integer("width", {16, 16384}, 1024, "Width in pixels.")),
                  multiple_of(16, integer("height", {16, 16384}, 1024, "Height in pixels.")),
                  integer("batch_size", {1, 4096}, 1, "How many at once."),
              },
          .outputs =
              {
                  {"latent", "LATENT", "Zeros."},
              },
      },
      {
          .type = "LatentAdd",
          .category = "latent",
          .summary = "Adds two latents.",
          .inputs =
              {
                  link("samples1", "LATENT", "The first, whose size and batch the result has."),
                  link("samples2", "LATENT",
                       "The second; resized and repeated to the first (bilinear, cropped)."),
              },
          .outputs =
              {
                  {"latent", "LATENT", "samples1 + samples2."},
              },
      },
      {
          .type = "LatentBatch",
          .category = "latent",
          .summary = "Puts latents behind others in one batch.",
          .inputs =
              {
                  link("samples1", "LATENT", "The first, whose size and noise mask all have then."),
                  link("samples2", "LATENT",
                       "Those behind; resized where their size differs (bilinear, cropped)."),
              },
          .outputs =
              {
                  {"latent", "LATENT",
                   "All of them, each with the noise that it had in its own batch."},
              },
      },
      {
          .type = "LatentBlend",
          .category = "latent",
          .summary = "Mixes two latents.",
          .inputs =
              {
                  link("samples1", "LATENT", "The first, whose size the result has."),
                  link("samples2", "LATENT",
                       "The second; resized where its size differs (bicubic, cropped)."),
                  number("blend_factor", {0.0, 1.0}, 0.5, "The share of the first."),
              },
          .outputs =
              {
                  {"latent", "LATENT", "samples1 * blend_factor + samples2 * (1 - blend_factor)."},
              },
      },
      {
          .type = "LatentComposite",
          .category = "latent",
          .summary = "Lays one latent onto another.",
          .inputs =
              {
                  link("samples_to", "LATENT", "The latent below, whose size the result has."),
                  link("samples_from", "LATENT",
                       "The latent laid onto it; what reaches outside is cut off."),
                  whole_cells(integer("x", {0, 16384}, 0, "Pixels from the left, of 8 to a cell.")),
                  whole_cells(integer("y", {0, 16384}, 0, "Pixels from the top.")),
                  whole_cells(
                      integer("feather", {0, 16384}, 0,
                              "Pixels over which it fades in at each border that lies inside.")),
              },
          .outputs =
              {
                  {"latent", "LATENT", "Both in one."},
              },
      },
      {
          .type = "LatentCompositeMasked",
          .category = "latent",
          .summary = "Lays one latent onto another where a mask is 1.",
          .inputs =
              {
                  link("destination", "LATENT",
                       "The latent below, whose size and batch the result has."),
                  link("source", "LATENT",
                       "The latent laid onto it; its batch is cut or repeated to the other's."),
                  whole_cells(integer("x", {0, 16384}, 0, "Pixels from the left, of 8 to a cell.")),
                  whole_cells(integer("y", {0, 16384}, 0, "Pixels from the top.")),
                  defaulting(false, boolean("resize_source",
                                            "Whether the source is first resized to the destination.")),
                  optional(link("mask", "MASK",
                                "1 where the source is seen; resized to it. Left out: everywhere.")),
              },
          .outputs =
              {
                  {"latent", "LATENT", "Both in one."},
              },
      },
      {
          .type = "LatentCrop",
          .category = "latent",
          .summary = "Cuts a rectangle out of latents.",
          .inputs =
              {
                  link("samples", "LATENT", "The latents."),
                  whole_cells(integer("width", {64, 16384}, 512,
                                      "In pixels; less where the latent ends before.")),
                  whole_cells(integer("height", {64, 16384}, 512, "In pixels; likewise.")),
                  whole_cells(
                      integer("x", {0, 16384}, 0, "Its left edge; at most 64 pixels before the end.")),
                  whole_cells(integer("y", {0, 16384}, 0, "Its upper edge; likewise.")),
              },
          .outputs =
              {
                  {"latent", "LATENT", "The rectangle of each. A noise mask stays as it is."},
              },
      },
      {
          .type = "LatentCutToBatch",
          .category = "latent",
          .summary = "Slices of a latent as a batch: its layers, which are decoded so, or parts of it.",
          .inputs =
              {
                  link("samples", "LATENT", "The latent."),
                  choice("dim", {"t", "x", "y"}, "t",
                         "t: the layers; of a latent without, nothing is cut. x: columns. y: rows."),
                  integer("slice_size", {1, 16384}, 1,
                          "Of a slice, in layers or cells. What is left over is cut off."),
              },
          .outputs =
              {
                  {"latent", "LATENT", "A batch of slices."},
              },
      },
      {
          .type = "LatentFlip",
          .category = "latent",
          .summary = "Mirrors latents.",
          .inputs =
              {
                  link("samples", "LATENT", "The latents."),
                  choice("flip_method", {"x-axis: vertically", "y-axis: horizontally"},
                         "x-axis: vertically",
                         "x-axis: top and bottom change places; y-axis: left and right."),
              },
          .outputs =
              {
                  {"latent", "LATENT", "The mirrored latents. A noise mask stays as it is."},
              },
      },
      {
          .type = "LatentFromBatch",
          .category = "latent",
          .summary = "Takes items out of a batch.",
          .inputs =
              {
                  link("samples", "LATENT", "The batch."),
                  integer("batch_index", {-16384, 16384}, 0,
                          "The first item; below 0, counted from the end. Past an end, the one there "
                          "is taken."),
                  integer("length", {1, 64}, 1, "How many; fewer where the batch ends before."),
              },
          .outputs =
              {
                  {"latent", "LATENT",
                   "The items, each of which keeps the noise that it had in the batch."},
              },
      },
      {
          .type = "LatentInterpolate",
          .category = "latent",
          .summary = "Mixes two latents, directions and lengths of the cells each for themselves.",
          .inputs =
              {
                  link("samples1", "LATENT", "The first, whose size and batch the result has."),
                  link("samples2", "LATENT",
                       "The second; resized and repeated to the first (bilinear, cropped)."),
                  number("ratio", {0.0, 1.0}, 1.0, "The share of the first."),
              },
          .outputs =
              {
                  {"latent", "LATENT", "What lies between them."},
              },
      },
      {
          .type = "LatentMultiply",
          .category = "latent",
          .summary = "Multiplies a latent by a number.",
          .inputs =
              {
                  link("samples", "LATENT", "The latent."),
                  number("multiplier", {-10.0, 10.0}, 1.0, "The number."),
              },
          .outputs =
              {
                  {"latent", "LATENT", "samples * multiplier."},
              },
      },
      own({
          .type = "LatentPreview",
          .category = "latent",
          .summary = "Shows a latent as a picture, without an autoencoder.",
          .inputs =
              {
                  link("samples", "LATENT", "What to show: three channels as red, green and blue."),
                  optional(
                      link("model", "MODEL",
                           "The model that the latent is for: its colours, and the scale of its "
                           "latents. Without it, four channels are shown as Stable Diffusion's, as "
                           "they are.")),
                  integer("scale", {1, 64}, 1, "Pixels a latent cell, in each direction."),
              },
          .outputs =
              {
                  {"image", "IMAGE", "A picture for each item."},
              },
      }),
      {
          .type = "LatentRotate",
          .category = "latent",
          .summary = "Turns latents by quarters.",
          .inputs =
              {
                  link("samples", "LATENT", "The latents."),
                  choice("rotation", {"none", "90 degrees", "180 degrees", "270 degrees"}, "none",
                         "How far it is turned, clockwise."),
              },
          .outputs =
              {
                  {"latent", "LATENT", "The turned latents. A noise mask stays as it is."},
              },
      },
      {
          .type = "LatentSubtract",
          .category = "latent",
          .summary = "Takes one latent from another.",
          .inputs =
              {
                  link("samples1", "LATENT", "The first, whose size and batch the result has."),
                  link("samples2", "LATENT",
                       "The second; resized and repeated to the first (bilinear, cropped)."),
              },
          .outputs =
              {
                  {"latent", "LATENT", "samples1 - samples2."},
              },
      },
      {
          .type = "LatentUpscale",
          .category = "latent",
          .summary = "Resizes a latent to the size of a picture of so many pixels.",
          .inputs =
              {
                  link("samples", "LATENT", "The latent to resize."),
                  choice("upscale_method", {"nearest-exact", "bilinear", "area", "bicubic", "bislerp"},
                         "nearest-exact", "How cells in between are made."),
                  whole_cells(integer(
                      "width", {0, 16384}, 512,
                      "Pixels, of 8 to a cell; 0 keeps the ratio. At least 64 where it is not 0.")),
                  whole_cells(integer("height", {0, 16384}, 512,
                                      "Likewise. Both 0: the latent stays as it is.")),
                  choice("crop", {"disabled", "center"}, "disabled",
                         "Whether what does not fit the new ratio is cut off, or all is stretched."),
              },
          .outputs =
              {
                  {"latent", "LATENT",
                   "The resized latent; a noise mask stays as it is, and is fitted when it is used."},
              },
      },
      {
          .type = "LatentUpscaleBy",
          .category = "latent",
          .summary = "Resizes a latent by a factor.",
          .inputs =
              {
                  link("samples", "LATENT", "The latent to resize."),
                  choice("upscale_method", {"nearest-exact", "bilinear", "area", "bicubic", "bislerp"},
                         "nearest-exact", "How cells in between are made."),
                  number("scale_by", {0.01, 8.0}, 1.5, "The factor of both sides."),
              },
          .outputs =
              {
                  {"latent", "LATENT", "The resized latent."},
              },
      },
      {
          .type = "LoadLatent",
          .category = "latent",
          .summary =
              "Reads a latent that SaveLatent wrote, or any file of tensors with `latent_tensor`.",
          .inputs =
              {
                  in_folders({"input"}, file("latent", "Safetensors, or a file of torch.save (.pt).")),
                  optional(
                      integers("batch_index", {0, 4095}, 0,
                               "For each item, which draw of the seed its noise is; left out, what "
                               "the file says, else the batch is one draw.")),
              },
          .outputs =
              {
                  {"latent", "LATENT", "What the file holds."},
              },
      },
      {
          .type = "RepeatLatentBatch",
          .category = "latent",
          .summary = "Repeats a batch.",
          .inputs =
              {
                  link("samples", "LATENT", "The batch."),
                  integer("amount", {1, 64}, 1, "How often."),
              },
          .outputs =
              {
                  {"latent", "LATENT",
                   "The batch, one copy behind the other, each with noise of its own."},
              },
      },
      {
          .type = "SaveLatent",
          .category = "latent",
          .summary = "Writes a latent as a safetensors file, <prefix>_00001_.latent, counting up.",
          .inputs =
              {
                  link("samples", "LATENT", "What to write."),
                  text("filename_prefix", "latents/ksampler",
                       "Path and name below the output folder, without number and ending; tokens as "
                       "SaveImage has them."),
              },
          .outputs = {},
          .is_output = true,
      },
      {
          .type = "SetLatentNoiseMask",
          .category = "latent",
          .summary = "Inpainting: limits sampling to where a mask is 1.",
          .inputs =
              {
                  link("samples", "LATENT", "The latent to change a part of."),
                  link("mask", "MASK", "1 where sampling may change the latent, 0 where it is kept."),
              },
          .outputs =
              {
                  {"latent", "LATENT", "The latent with its mask."},
              },
      },
      {
          .type = "VAEDecode",
          .category = "latent",
          .summary = "Turns a latent into a picture.",
          .inputs =
              {
                  link("samples", "LATENT", "What to decode."),
                  link("vae", "VAE", "The autoencoder of the model that the latent is for."),
              },
          .outputs =
              {
                  {"image", "IMAGE", "A picture for each item."},
              },
      },
      {
          .type = "VAEDecodeTiled",
          .category = "latent",
          .summary =
              "Turns a latent into a picture tile by tile, for large pictures: three tilings, blended.",
          .inputs =
              {
                  link("samples", "LATENT", "What to decode."),
                  link("vae", "VAE", "The autoencoder of the model that the latent is for."),
                  multiple_of(32, integer("tile_size", {64, 4096}, 512, "Pixels a side.")),
                  multiple_of(32, integer("overlap", {0, 4096}, 64,
                                          "Pixels that tiles share; at most a quarter of their size.")),
                  temporal_size(),
                  temporal_overlap(),
              },
          .outputs =
              {
                  {"image", "IMAGE", "A picture for each item."},
              },
      },
      {
          .type = "VAEEncode",
          .category = "latent",
          .summary = "Turns a picture into a latent.",
          .inputs =
              {
                  link("pixels", "IMAGE",
                       "What to encode: its middle, where a side is no multiple of 8."),
                  link("vae", "VAE", "The autoencoder of the model that the latent is for."),
              },
          .outputs =
              {
                  {"latent", "LATENT", "The latent, without noise."},
              },
      },
      {
          .type = "VAEEncodeForInpaint",
          .category = "latent",
          .summary =
              "Turns a picture into a latent for inpainting: what the mask covers is made grey first.",
          .inputs =
              {
                  link("pixels", "IMAGE",
                       "What to encode: its middle, where a side is no multiple of 8."),
                  link("vae", "VAE", "The autoencoder of the model that the latent is for."),
                  link("mask", "MASK", "1 where the picture is to be made anew; brought to its size."),
                  integer("grow_mask_by", {0, 64}, 6,
                          "The side of the square that grows the mask, in pixels, so that seams are "
                          "sampled too."),
              },
          .outputs =
              {
                  {"latent", "LATENT", "The latent, with the mask."},
              },
      },
      {
          .type = "VAEEncodeTiled",
          .category = "latent",
          .summary =
              "Turns a picture into a latent tile by tile, for large pictures: three tilings, blended.",
          .inputs =
              {
                  link("pixels", "IMAGE",
                       "What to encode: its middle, where a side is no multiple of 8."),
                  link("vae", "VAE", "The autoencoder of the model that the latent is for."),
                  multiple_of(32, integer("tile_size", {64, 4096}, 512, "Pixels a side.")),
                  multiple_of(32, integer("overlap", {0, 4096}, 64,
                                          "Pixels that tiles share: less than half their size.")),
                  temporal_size(),
                  temporal_overlap(),
              },
          .outputs =
              {
                  {"latent", "LATENT", "The latent, without noise."},
              },
      },
  };
}

}  // namespace ksampler
