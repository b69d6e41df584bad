#include "host/nodes/declarations.hpp"

#include "host/nodes/declare.hpp"

namespace ksampler {

std::vector<NodeDecl> image_declarations() {
  using namespace declare;
  return {
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
          .type = "ImageScale",
          .category = "image",
          .summary = "Resizes pictures.",
          .inputs =
              {
                  link("image", "IMAGE", "The pictures to resize."),
                  choice("upscale_method", {"nearest-exact", "bilinear", "area", "bicubic", "lanczos"},
                         "nearest-exact", "How pixels in between are made; lanczos rounds to 8 bits."),
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
