#include "host/nodes/declarations.hpp"

#include "host/graph/linked_value.hpp"
#include "host/nodes/declare.hpp"

#include <string>

namespace ksampler {
namespace {

InputDecl upscale_method_input() {
  return declare::choice("upscale_method", {"nearest-exact", "bilinear", "area", "bicubic", "lanczos"},
                         "nearest-exact", "How pixels in between are made; lanczos rounds to 8 bits.");
}

// Inputs that ComfyUI's editor adds as they are linked, up to 50 of them.
std::vector<InputDecl> many_images() {
  std::vector<InputDecl> inputs = {
      declare::link("images.image0", "IMAGE", "The first, whose size all have then.")};
  for (int i = 1; i < 50; ++i) {
    inputs.push_back(declare::optional(
        declare::link("images.image" + std::to_string(i), "IMAGE", "Likewise, behind it.")));
  }
  return inputs;
}

// Of ComfyUI's formats.
InputDecl saved_format_input() {
  InputDecl decl = declare::choice("format", {"png"}, "png", "Of the files.");
  decl.refused.emplace_back("exr",
                            "it holds floats in linear light, and nothing here writes it: png with "
                            "16-bit is the finest that is written");
  return decl;
}

}  // namespace

std::vector<NodeDecl> image_declarations() {
  using namespace declare;
  return {
      {
          .type = "BatchImagesNode",
          .category = "image",
          .summary = "Puts pictures behind each other in one batch; resized where their size differs "
                     "(bilinear, cropped).",
          .inputs = many_images(),
          .outputs =
              {
                  {"image", "IMAGE", "All of them."},
              },
      },
      {
          .type = "EmptyImage",
          .category = "image",
          .summary = "Pictures of one colour.",
          .inputs =
              {
                  integer("width", kSide, 512, "In pixels."),
                  integer("height", kSide, 512, "In pixels."),
                  integer("batch_size", {1, 4096}, 1, "How many."),
                  integer("color", {0, 0xFFFFFF}, 0, "Red, green and blue in hexadecimal: 0xff8000."),
              },
          .outputs =
              {
                  {"image", "IMAGE", "The pictures."},
              },
      },
      {
          .type = "GetImageSize",
          .category = "image",
          .summary = "How large pictures are, and how many.",
          .inputs =
              {
                  link("image", "IMAGE", "The pictures."),
              },
          .outputs =
              {
                  {"width", kInt, "In pixels."},
                  {"height", kInt, "In pixels."},
                  {"batch_size", kInt, "How many."},
              },
      },
      {
          .type = "ImageBatch",
          .category = "image",
          .summary = "Puts pictures behind others in one batch.",
          .inputs =
              {
                  link("image1", "IMAGE", "The first, whose size all have then."),
                  link("image2", "IMAGE",
                       "Those behind; resized where their size differs (bilinear, cropped)."),
              },
          .outputs =
              {
                  {"image", "IMAGE", "All of them."},
              },
      },
      {
          .type = "ImageBlend",
          .category = "image",
          .summary = "Mixes pictures with what a way of blending makes of them and others.",
          .inputs =
              {
                  link("image1", "IMAGE", "The pictures below, whose size the result has."),
                  link("image2", "IMAGE",
                       "The pictures above; resized where their size differs (bicubic, cropped)."),
                  number("blend_factor", {0, 1}, 0.5, "The share of what is blended."),
                  choice("blend_mode",
                         {"normal", "multiply", "screen", "overlay", "soft_light", "difference"},
                         "normal", "What is made of the two; difference is the first less the second."),
              },
          .outputs =
              {
                  {"image", "IMAGE", "Values from 0 to 1."},
              },
      },
      {
          .type = "ImageCompare",
          .category = "image",
          .summary = "Writes two pictures to preview/ in the output folder, to be compared.",
          .inputs =
              {
                  optional(link("image_a", "IMAGE", "The one: compare_a_00001_.png.")),
                  optional(link("image_b", "IMAGE", "The other: compare_b_00001_.png.")),
              },
          .outputs = {},
          .is_output = true,
      },
      {
          .type = "ImageCompositeMasked",
          .category = "image",
          .summary = "Lays pictures onto others where a mask is 1.",
          .inputs =
              {
                  link("destination", "IMAGE",
                       "The pictures below, whose size and number the result has."),
                  link("source", "IMAGE",
                       "The pictures laid onto them; cut or repeated to their number."),
                  integer("x", kPixels, 0, "Pixels from the left."),
                  integer("y", kPixels, 0, "Pixels from the top."),
                  defaulting(false, boolean("resize_source",
                                            "Whether the source is first resized to the destination.")),
                  optional(link("mask", "MASK",
                                "1 where the source is seen; resized to it. Left out: everywhere.")),
              },
          .outputs =
              {
                  {"image", "IMAGE", "Both in one."},
              },
      },
      {
          .type = "ImageCrop",
          .category = "image",
          .summary = "Cuts a rectangle out of pictures.",
          .inputs =
              {
                  link("image", "IMAGE", "The pictures."),
                  integer("width", kSide, 512, "In pixels; less where the picture ends before."),
                  integer("height", kSide, 512, "In pixels; likewise."),
                  integer("x", kPixels, 0, "Its left edge; beyond the picture, the last column."),
                  integer("y", kPixels, 0, "Its upper edge; beyond the picture, the last row."),
              },
          .outputs =
              {
                  {"image", "IMAGE", "The rectangle of each."},
              },
      },
      {
          .type = "ImageFlip",
          .category = "image",
          .summary = "Mirrors pictures.",
          .inputs =
              {
                  link("image", "IMAGE", "The pictures."),
                  choice("flip_method", {"x-axis: vertically", "y-axis: horizontally"},
                         "x-axis: vertically",
                         "x-axis: top and bottom change places; y-axis: left and right."),
              },
          .outputs =
              {
                  {"image", "IMAGE", "The mirrored pictures."},
              },
      },
      {
          .type = "ImageFromBatch",
          .category = "image",
          .summary = "Takes pictures out of a batch.",
          .inputs =
              {
                  link("image", "IMAGE", "The batch."),
                  integer("batch_index", {-16384, 16384}, 0,
                          "The first picture; below 0, counted from the end. Past an end, the one "
                          "there is taken."),
                  integer("length", {1, 4096}, 1, "How many; fewer where the batch ends before."),
              },
          .outputs =
              {
                  {"image", "IMAGE", "Those pictures."},
              },
      },
      own({
          .type = "ImageGrid",
          .category = "image",
          .summary = "Lays the pictures of a batch out in rows.",
          .inputs =
              {
                  link("images", "IMAGE", "The pictures."),
                  integer("columns", {0, 4096}, 0, "Pictures a row; 0 for as many rows as columns."),
                  integer("gap", {0, 1024}, 0, "Pixels between pictures."),
              },
          .outputs =
              {
                  {"image", "IMAGE", "One picture."},
              },
      }),
      {
          .type = "ImageInvert",
          .category = "image",
          .summary = "The negative of pictures: 1 - image.",
          .inputs =
              {
                  link("image", "IMAGE", "The pictures."),
              },
          .outputs =
              {
                  {"image", "IMAGE", "Their negatives."},
              },
      },
      {
          .type = "ImagePadForOutpaint",
          .category = "image",
          .summary = "Puts grey around pictures, and a mask that says where they may be painted on.",
          .inputs =
              {
                  link("image", "IMAGE", "The pictures."),
                  integer("left", kPixels, 0, "Pixels to add on the left."),
                  integer("top", kPixels, 0, "Pixels to add above."),
                  integer("right", kPixels, 0, "Pixels to add on the right."),
                  integer("bottom", kPixels, 0, "Pixels to add below."),
                  integer("feathering", kPixels, 40,
                          "How far into the picture the mask fades out, from the sides that grow; "
                          "nothing where the picture is not more than twice as large."),
              },
          .outputs =
              {
                  {"image", "IMAGE", "The larger pictures."},
                  {"mask", "MASK", "1 in what is new, 0 in the picture."},
              },
      },
      {
          .type = "ImageRotate",
          .category = "image",
          .summary = "Turns pictures by quarters.",
          .inputs =
              {
                  link("image", "IMAGE", "The pictures."),
                  choice("rotation", {"none", "90 degrees", "180 degrees", "270 degrees"}, "none",
                         "How far it is turned, clockwise."),
              },
          .outputs =
              {
                  {"image", "IMAGE", "The turned pictures."},
              },
      },
      {
          .type = "FluxKontextImageScale",
          .category = "image",
          .summary =
              "Resizes pictures to the size of the nearest ratio that Flux.1 Kontext was trained on; "
              "what does not fit is cut off.",
          .inputs =
              {
                  link("image", "IMAGE", "The pictures to resize."),
              },
          .outputs =
              {
                  {"image", "IMAGE", "The resized pictures."},
              },
      },
      {
          .type = "ImageScale",
          .category = "image",
          .summary = "Resizes pictures.",
          .inputs =
              {
                  link("image", "IMAGE", "The pictures to resize."),
                  upscale_method_input(),
                  integer("width", {0, 16384}, 512, "Pixels; 0 keeps the ratio."),
                  integer("height", {0, 16384}, 512, "Likewise. Both 0: the picture stays as it is."),
                  choice("crop", {"disabled", "center"}, "disabled",
                         "Whether what does not fit the new ratio is cut off, or all is stretched."),
              },
          .outputs =
              {
                  {"image", "IMAGE", "The resized pictures."},
              },
      },
      {
          .type = "ImageScaleBy",
          .category = "image",
          .summary = "Resizes pictures by a factor.",
          .inputs =
              {
                  link("image", "IMAGE", "The pictures to resize."),
                  upscale_method_input(),
                  number("scale_by", {0.01, 8}, 1.0, "What each side is multiplied by."),
              },
          .outputs =
              {
                  {"image", "IMAGE", "The resized pictures."},
              },
      },
      {
          .type = "ImageScaleToMaxDimension",
          .category = "image",
          .summary =
              "Resizes pictures until their longer side has a number of pixels, and keeps their ratio.",
          .inputs =
              {
                  link("image", "IMAGE", "The pictures to resize."),
                  choice("upscale_method", {"area", "lanczos", "bilinear", "nearest-exact", "bicubic"},
                         "area", "How pixels in between are made; lanczos rounds to 8 bits."),
                  integer("largest_size", kPixels, 512, "Pixels of the longer side, at least 1."),
              },
          .outputs =
              {
                  {"image", "IMAGE", "The resized pictures."},
              },
      },
      {
          .type = "ImageScaleToTotalPixels",
          .category = "image",
          .summary = "Resizes pictures to a number of pixels, and keeps their ratio.",
          .inputs =
              {
                  link("image", "IMAGE", "The pictures to resize."),
                  upscale_method_input(),
                  number("megapixels", {0.01, 16}, 1.0, "How many, of 1024 x 1024 each."),
                  integer("resolution_steps", {1, 256}, 1, "Of what each side is a multiple."),
              },
          .outputs =
              {
                  {"image", "IMAGE", "The resized pictures."},
              },
      },
      {
          .type = "JoinImageWithAlpha",
          .category = "image",
          .summary = "Makes pictures transparent where a mask is 1.",
          .inputs =
              {
                  link("image", "IMAGE", "The pictures."),
                  link("alpha", "MASK",
                       "1 where a picture is to be transparent; resized to it. The fewer of the two "
                       "are repeated."),
              },
          .outputs =
              {
                  {"image", "IMAGE",
                   "Pictures with alpha, which SaveImage keeps; a VAE leaves it out."},
              },
      },
      {
          .type = "LoadImage",
          .category = "image",
          .summary = "Reads a picture, or the frames of an animation.",
          .inputs =
              {
                  in_folders({"input"}, file("image",
                                             "A PNG, JPEG, WebP or BMP of any kind (grey, palette, "
                                             "RGB, CMYK, with or without "
                                             "alpha, up to 16 bits), turned as the camera says.")),
              },
          .outputs =
              {
                  {"image", "IMAGE", "The picture; of an animated PNG or WebP, a batch of its frames."},
                  {"mask", "MASK",
                   "1 - alpha: 1 where the picture is transparent, 0 where it has no alpha."},
              },
      },
      {
          .type = "LoadImageOutput",
          .category = "image",
          .summary = "Reads a picture of the folder of outputs, as LoadImage does.",
          .inputs =
              {
                  in_folders({"output"}, file("image",
                                              "A picture of any kind that LoadImage reads; ComfyUI "
                                              "writes its name with ' [output]' behind it.")),
              },
          .outputs =
              {
                  {"image", "IMAGE", "The picture; of an animated PNG or WebP, a batch of its frames."},
                  {"mask", "MASK",
                   "1 - alpha: 1 where the picture is transparent, 0 where it has no alpha."},
              },
      },
      {
          .type = "PreviewImage",
          .category = "image",
          .summary = "Writes each picture as SaveImage does, to preview/ in the output folder.",
          .inputs =
              {
                  link("images", "IMAGE", "What to write."),
              },
          .outputs =
              {
                  {"images", "IMAGE", "What was given, for nodes behind it."},
              },
          .is_output = true,
      },
      {
          .type = "RepeatImageBatch",
          .category = "image",
          .summary = "Repeats a batch of pictures.",
          .inputs =
              {
                  link("image", "IMAGE", "The batch."),
                  integer("amount", {1, 4096}, 1, "How often."),
              },
          .outputs =
              {
                  {"image", "IMAGE", "The batch, one copy behind the other."},
              },
      },
      {
          .type = "ResizeImageMaskNode",
          .category = "image",
          .summary = "Resizes pictures or masks, to a size that is said in one of several ways.",
          .inputs =
              {
                  link("input", kAnyType, "The pictures, or the masks."),
                  choice("resize_type",
                         {"scale dimensions", "scale by multiplier", "scale longer dimension",
                          "scale shorter dimension", "scale width", "scale height",
                          "scale total pixels", "match size", "scale to multiple"},
                         "scale dimensions", "What says the size: the inputs below that are for it."),
                  shown_for(
                      "resize_type", {"scale dimensions", "scale width"},
                      integer("resize_type.width", {0, 16384}, 512, "Pixels; 0 keeps the ratio.")),
                  shown_for("resize_type", {"scale dimensions", "scale height"},
                            integer("resize_type.height", {0, 16384}, 512,
                                    "Likewise. Both 0: all stays as it is.")),
                  shown_for(
                      "resize_type", {"scale dimensions", "match size"},
                      choice(
                          "resize_type.crop", {"disabled", "center"}, "center",
                          "Whether what does not fit the new ratio is cut off, or all is stretched.")),
                  shown_for("resize_type", {"scale by multiplier"},
                            number("resize_type.multiplier", {0.01, 8}, 1.0,
                                   "What each side is multiplied by.")),
                  shown_for("resize_type", {"scale longer dimension"},
                            integer("resize_type.longer_size", {0, 16384}, 512,
                                    "Pixels of the longer side, at least 1.")),
                  shown_for("resize_type", {"scale shorter dimension"},
                            integer("resize_type.shorter_size", {0, 16384}, 512,
                                    "Pixels of the shorter side, at least 1.")),
                  shown_for("resize_type", {"scale total pixels"},
                            number("resize_type.megapixels", {0.01, 16}, 1.0,
                                   "How many, of 1024 x 1024 each.")),
                  shown_for("resize_type", {"scale total pixels", "scale to multiple"},
                            optional(integer("resize_type.multiple", {1, 16384},
                                             "Of what each side is a multiple. Left out: 1, and 8 for "
                                             "'scale to multiple'."))),
                  shown_for("resize_type", {"match size"},
                            optional(link("resize_type.match", kAnyType,
                                          "Pictures or masks of the size, for 'match size'."))),
                  choice("scale_method", {"nearest-exact", "bilinear", "area", "bicubic", "lanczos"},
                         "area", "How pixels in between are made; lanczos rounds to 8 bits."),
              },
          .outputs =
              {
                  {"resized", kAnyType, "The resized pictures or masks."},
              },
      },
      {
          .type = "SaveImage",
          .category = "image",
          .summary = "Writes each picture as a PNG file, <prefix>_00001_.png, counting up.",
          .inputs =
              {
                  link("images", "IMAGE", "What to write."),
                  text("filename_prefix", "ksampler",
                       "Path and name below the output folder, without number and ending; "
                       "%date:yyyy-MM-dd%, %width% or %base.seed% in it are replaced."),
              },
          .outputs =
              {
                  {"images", "IMAGE", "What was given, for nodes behind it."},
              },
          .is_output = true,
      },
      {
          .type = "SaveImageAdvanced",
          .category = "image",
          .summary = "Writes each picture as SaveImage does, in 8 or 16 bits a colour.",
          .inputs =
              {
                  link("images", "IMAGE", "What to write."),
                  text("filename_prefix", "ksampler", "As SaveImage's."),
                  saved_format_input(),
                  shown_for(
                      "format", {"png"},
                      choice("format.bit_depth", {"8-bit", "16-bit"}, "8-bit",
                             "Of each colour. 16 bits are rounded, 8 bits cut off, as SaveImage's.")),
                  shown_for("format", {"png"},
                            choice("format.input_color_space", {"sRGB"}, "sRGB",
                                   "What the pictures are in.")),
              },
          .outputs =
              {
                  {"images", "IMAGE", "What was given, for nodes behind it."},
              },
          .is_output = true,
      },
      {
          .type = "SplitImageWithAlpha",
          .category = "image",
          .summary = "Takes pictures and their alpha apart.",
          .inputs =
              {
                  link("image", "IMAGE", "The pictures."),
              },
          .outputs =
              {
                  {"image", "IMAGE", "The pictures without alpha."},
                  {"mask", "MASK",
                   "1 - alpha: 1 where they were transparent, 0 where they had no alpha."},
              },
      },
  };
}

}  // namespace ksampler
