#include "host/graph/foreign_file.hpp"

#include "host/base/sentence.hpp"

namespace ksampler {
namespace {

// Of pictures that are no PNG; null: it is none.
const char* picture_kind(std::string_view content) {
  if (content.starts_with("\xFF\xD8\xFF")) return "JPEG";
  if (content.starts_with("GIF87a") || content.starts_with("GIF89a")) return "GIF";
  if (content.starts_with("RIFF") && content.substr(0, 12).ends_with("WEBP")) return "WebP";
  if (content.starts_with(std::string_view("II*\0", 4)) ||
      content.starts_with(std::string_view("MM\0*", 4))) {
    return "TIFF";
  }
  const std::string_view box = content.substr(0, 12);
  if (box.ends_with("ftypavif")) return "AVIF";
  if (box.ends_with("ftypheic")) return "HEIC";
  return nullptr;
}

// A safetensors file begins with the length of its header, which is JSON.
bool is_safetensors(std::string_view content) {
  return content.size() > 9 && content[8] == '{' &&
         content.substr(4, 4) == std::string_view("\0\0\0\0", 4);
}

}  // namespace

std::string foreign_file(std::string_view content) {
  if (content.starts_with("\x89PNG")) {
    return "this is a PNG picture; the pipeline that SaveImage recorded in it is run where its name "
           "ends in .png";
  }
  if (const char* kind = picture_kind(content); kind != nullptr) {
    return sentence(
        "this is a {} picture, which holds no pipeline: SaveImage records its pipeline in "
        "PNGs, and where one is converted it is lost. Run the PNG, or a pipeline file; a "
        "pipeline loads a picture by LoadImage",
        kind);
  }
  if (content.starts_with("\x7F"
                          "ELF")) {
    return "this is a program or a shared library, not a pipeline; a plugin is checked by `ksampler "
           "validate` and found by `--plugins DIR`";
  }
  if (is_safetensors(content)) {
    return "this is a safetensors file, not a pipeline; a pipeline loads one by a node, such as "
           "CheckpointLoaderSimple";
  }
  if (content.starts_with("PK\x03\x04")) {
    return "this is a zip file, not a pipeline; one of PyTorch (.ckpt, .pt) is loaded by a node, such "
           "as "
           "CheckpointLoaderSimple";
  }
  // YAML may be UTF-16 or UTF-32, which have zeros, and say what they are.
  const bool marked = content.starts_with("\xFE\xFF") || content.starts_with("\xFF\xFE") ||
                      content.starts_with(std::string_view("\0\0\xFE\xFF", 4));
  if (const std::size_t zero = content.find('\0'); zero != std::string_view::npos && !marked) {
    return sentence("this is no text, as there is a zero byte at {}; a pipeline is a YAML file", zero);
  }
  return {};
}

}  // namespace ksampler
