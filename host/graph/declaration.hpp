// What a node takes and gives, declared once. Checking, `ksampler list nodes`, docs/pipeline.md and the
// editors' JSON schema all come from it. Needs no LibTorch.
#ifndef KSAMPLER_GRAPH_DECLARATION_HPP
#define KSAMPLER_GRAPH_DECLARATION_HPP

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ksampler {

enum class InputKind {
  link,     // the output of another node, of the type named
  integer,  // whole number within the range
  seed,     // 0 to 2^64-1
  number,   // float within the range
  boolean,
  text,
  choice,     // one of `choices`
  file,       // path of a file that must exist, relative to the pipeline file
  integers,   // list of whole numbers, each within the range
  numbers,    // list of floats, each within the range
  sampler,    // a plugin's sampler: a name, or { name: ..., parameter: value }
  scheduler,  // a plugin's scheduler, likewise
  guider,     // a plugin's guider, likewise
  noise,      // a plugin's noise source, likewise

  value_name,   // a name that the node gives to its first output, and no other node of the file gives
  named_value,  // such a name: a link to the node that gives it
};

// What a file must be, as far as its header says.
enum class FileKind {
  any,
  tensors,      // any, in safetensors or as torch.save writes them
  model,        // of a network or several, likewise
  unet,         // with one of them that is a UNet
  autoencoder,  // "
  control_net,  // "
  text,         // with one that is a text encoder, or a part of it: the node's files are one together
};

// The type of a link that takes any value, and of an output that passes on what such a link of its
// node (of several, the first that is given), or a named value, is. A node has one such output at most.
inline constexpr const char* kAnyType = "*";

// "link", "integer", ...
const std::string& kind_name(InputKind kind);

// A sampler, scheduler, guider or noise with the parameters that the pipeline sets: in the file's
// order, checked.
struct PluginChoice {
  std::string name;
  std::vector<std::pair<std::string, std::variant<double, std::vector<double>>>> params;
  bool operator==(const PluginChoice&) const = default;
};

// integer -> int64; seed -> uint64; number -> double; text, choice, file, value_name -> string (a file
// absolute).
using Literal = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string,
                             std::vector<std::int64_t>, std::vector<double>, PluginChoice>;

struct InputDecl {
  std::string name;
  InputKind kind = InputKind::link;
  FileKind file_kind = FileKind::any;
  std::vector<std::string> folders = {};  // of a file: ComfyUI's folders for it, "checkpoints"
  std::string type;            // of a link: "MODEL", "CONDITIONING", "LATENT", "IMAGE", "MASK", ...
  std::string summary;         // one sentence
  Literal default_value = {};  // none: must be given, unless optional
  bool optional = false;       // may be left out, and then has no value
  // Of one that has a default: ComfyUI does not require it. All others the form of its API has to give.
  bool omissible = false;
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices = {};
  int length = 0;          // of a list: how many; 0: any number
  bool as_text = false;    // of a list: also as one text, "1., 0.5, 0", as ComfyUI writes some
  double multiple_of = 0;  // of an integer: 0 means any

  // ComfyUI's editor has a value of it only where that of another input, a choice, is one of these.
  std::string depends_on = {};
  std::vector<std::string> shown_for = {};

  // Of a link: the boolean input with which it is computed, and not at all where that is the other.
  std::string only_with = {};
  bool only_with_value = false;

  // Of an integer or seed: ComfyUI's editor keeps behind it what becomes of it after a run.
  bool controlled = false;

  // Of a choice: what ComfyUI takes and this does not, with the reason and what to use in its place.
  std::vector<std::pair<std::string, std::string>> refused = {};
};

struct OutputDecl {
  std::string name;
  std::string type;
  std::string summary;
};

struct NodeDecl {
  std::string type;      // ComfyUI's name
  std::string category;  // "sampling", "latent", "image", ...
  std::string summary;
  std::vector<InputDecl> inputs;
  std::vector<OutputDecl> outputs;
  bool is_output = false;  // writes something: what a run is for
  bool samples = false;    // gives latents that took long: kept where a later node fails (host/rescue)
};

}  // namespace ksampler

#endif
