#include "host/record/made_with.hpp"

#include "host/base/error.hpp"
#include "host/files/sha256.hpp"
#include "host/nodes/plugin_inputs.hpp"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/headeronly/version.h>

#include <nlohmann/json.hpp>

#include <dlfcn.h>

#include <set>

namespace ksampler {
namespace {

using Json = nlohmann::ordered_json;

// Of the host's library that these functions are in: all of it that computes.
std::filesystem::path host_library() {
  Dl_info info{};
  static const int here = 0;
  return dladdr(&here, &info) != 0 && info.dli_fname != nullptr ? info.dli_fname : "";
}

class Record {
 public:
  explicit Record(const NodeContext& context) : context_(context) {
    // Once: later another file may be in its place.
    static const Json host = hash(host_library());
    json_ = {{"ksampler", KSAMPLER_VERSION},    {"host_sha256", host},
             {"libtorch", TORCH_VERSION},       {"device", context.device.str()},
             {"cpu", at::get_cpu_capability()}, {"threads", at::get_num_threads()},
             {"seeds", Json::object()},         {"plugins", Json::array()},
             {"files", Json::array()}};
    const NumberTypes& types = context.options.types;
    if (types != NumberTypes()) {
      json_["dtypes"] = {{"unet", types.unet}, {"vae", types.vae}, {"text", types.text}};
    }
  }

  void add(const Node& node) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const InputDecl& decl = node.decl->inputs[i];
      const auto* literal = std::get_if<Literal>(&node.inputs[i]);
      if (literal == nullptr) continue;
      const std::string input = node.name + "." + decl.name;
      if (const auto* seed = std::get_if<std::uint64_t>(literal)) json_["seeds"][input] = *seed;
      if (const auto* choice = std::get_if<PluginChoice>(literal)) add_plugin(decl.kind, choice->name);
      const auto* text = std::get_if<std::string>(literal);
      if (text != nullptr && decl.kind == InputKind::file) add_file(input, *text);
    }
  }

  // Names may be of any bytes: what is no UTF-8 is replaced.
  std::string text() const { return json_.dump(-1, ' ', false, Json::error_handler_t::replace); }

 private:
  void add_plugin(InputKind kind, const std::string& name) {
    for (const Manifest* const plugin : plugins_of(context_.registry, kind, name)) {
      if (!plugins_.insert(plugin).second) continue;
      json_["plugins"].push_back({{"name", plugin->plugin.name},
                                  {"version", plugin->plugin.version},
                                  {"library", plugin->library.filename().string()},
                                  {"sha256", hash(plugin->library)}});
    }
  }

  void add_file(const std::string& input, const std::filesystem::path& file) {
    json_["files"].push_back(
        {{"input", input}, {"name", file.filename().string()}, {"sha256", hash(file)}});
  }

  Json hash(const std::filesystem::path& file) {
    try {
      return hashes_.of(file);
    } catch (const std::exception&) {
      return nullptr;
    }
  }

  const NodeContext& context_;
  KnownHashes hashes_{KnownHashes::usual_book()};
  std::set<const Manifest*> plugins_;
  Json json_;
};

}  // namespace

std::string made_with(const NodeContext& context) {
  Record record(context);
  const std::vector<bool> needed = needed_nodes(context.pipeline);
  for (std::size_t i = 0; i < needed.size(); ++i) {
    if (needed[i]) record.add(context.pipeline.nodes[i]);
  }
  return record.text();
}

}  // namespace ksampler
