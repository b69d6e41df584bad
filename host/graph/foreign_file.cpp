#include "host/graph/foreign_file.hpp"

#include "host/base/sentence.hpp"

namespace ksampler {
namespace {

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// What a JSON text has to have to be ComfyUI's: the editor's form has nodes, links and where they lie
// on the screen, the API's form a class for each number.
bool is_api_workflow(std::string_view json) { return holds(json, "\"class_type\""); }
bool is_editor_workflow(std::string_view json) {
  return holds(json, "\"nodes\"") && holds(json, "\"links\"") &&
         (holds(json, "\"widgets_values\"") || holds(json, "\"last_node_id\""));
}

std::string workflow_text(const char* form) {
  return sentence(
      "this is a ComfyUI workflow ({}), which is not read. A pipeline is the same graph as "
      "YAML, with the same node types, inputs and values: `base: {{ type: KSampler, model: "
      "$checkpoint.model, steps: 20, ... }}`. docs/getting-started.md shows one, `ksampler "
      "list nodes` and docs/pipeline.md what there is",
      form);
}

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
    return "this is a zip file (or a PyTorch checkpoint, which is one), not a pipeline";
  }
  // YAML may be UTF-16 or UTF-32, which have zeros, and say what they are.
  const bool marked = content.starts_with("\xFE\xFF") || content.starts_with("\xFF\xFE") ||
                      content.starts_with(std::string_view("\0\0\xFE\xFF", 4));
  if (const std::size_t zero = content.find('\0'); zero != std::string_view::npos && !marked) {
    return sentence("this is no text, as there is a zero byte at {}; a pipeline is a YAML file", zero);
  }
  const std::size_t first = content.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first == std::string_view::npos || content[first] != '{') return {};
  if (is_api_workflow(content)) return workflow_text("exported in API format");
  if (is_editor_workflow(content)) return workflow_text("as the editor saves it");
  return {};
}

}  // namespace ksampler
