#include "host/nodes/declarations.hpp"

#include "host/graph/linked_value.hpp"
#include "host/nodes/declare.hpp"

namespace ksampler {
namespace {

// As ComfyUI, for which no picture is larger.
constexpr declare::Range kSide = {1, 16384};
constexpr declare::Range kPixels = {0, 16384};

InputDecl upscale_method_input() {
  return declare::choice("upscale_method", {"nearest-exact", "bilinear", "area", "bicubic", "lanczos"},
                         "nearest-exact", "How pixels in between are made; lanczos rounds to 8 bits.");
}

}  // namespace

std::vector<NodeDecl> image_declarations() {
  using namespace declare;
  return {
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
      },
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
          .type = "PreviewImage",
          .category = "image",
          .summary = "Writes each picture as SaveImage does, to preview/ in the output folder.",
          .inputs =
              {
                  link("images", "IMAGE", "What to write."),
              },
          .outputs = {},
          .is_output = true,
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
          .outputs = {},
          .is_output = true,
      },
  };
}

}  // namespace ksampler
