#include "host/graph/comfy/write_api.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/graph/comfy/input_names.hpp"

#include <nlohmann/json.hpp>

namespace ksampler {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// As ComfyUI calls it: seen from the folder of its kind.
std::string file_name(const fs::path& file, const InputDecl& input, const FileFolders& files) {
  for (const fs::path& folder : files.of(input.folders)) {
    const fs::path name = file.lexically_relative(folder);
    if (!name.empty() && !name.native().starts_with("..")) return name.generic_string();
  }
  return file.filename().string();
}

class ApiWriter {
 public:
  ApiWriter(const Pipeline& pipeline, const FileFolders& files, std::vector<Diagnostic>& lost)
      : pipeline_(pipeline), files_(files), lost_(lost) {}

  Json json() const {
    Json all = Json::object();
    for (std::size_t i = 0; i < pipeline_.nodes.size(); ++i) {
      const Node& node = pipeline_.nodes[i];
      Json inputs = Json::object();
      for (std::size_t at = 0; at < node.inputs.size(); ++at) {
        Json value = value_of(node, at);
        if (!value.is_null()) inputs[name_there(node.decl->inputs[at].name)] = std::move(value);
      }
      all[id(i)] = {{"class_type", node.decl->type},
                    {"inputs", std::move(inputs)},
                    {"_meta", {{"title", title(node, i)}}}};
    }
    return all;
  }

 private:
  static std::string id(std::size_t index) { return std::to_string(index + 1); }

  // A workflow's node may have no id, and so no name.
  static std::string title(const Node& node, std::size_t index) {
    if (!node.title.empty()) return node.title;
    return node.name.empty() ? id(index) : node.name;
  }

  Json value_of(const Node& node, std::size_t at) const {
    if (const Link* link = std::get_if<Link>(&node.inputs[at]))
      return Json::array({id(link->node), link->output});
    const InputDecl& input = node.decl->inputs[at];
    return std::visit([&](const auto& value) { return json_of(value, node, input); },
                      std::get<Literal>(node.inputs[at]));
  }

  static Json json_of(std::monostate, const Node&, const InputDecl&) { return nullptr; }
  Json json_of(const std::string& text, const Node&, const InputDecl& input) const {
    return input.kind == InputKind::file ? file_name(text, input, files_) : text;
  }
  Json json_of(const PluginChoice& choice, const Node& node, const InputDecl& input) const {
    if (!choice.params.empty()) {
      lost_.push_back(
          {node.place,
           sentence(
               "the parameters of {} in '{}' of node {} are left out: ComfyUI's form has a name alone",
               quote(choice.name), input.name, quote(node.name)),
           Diagnostic::Kind::other, node.name, input.name});
    }
    return choice.name;
  }
  // A list would be read as a link.
  template <typename T>
  static Json json_of(const std::vector<T>& values, const Node&, const InputDecl&) {
    return {{"__value__", values}};
  }
  template <typename T>
  static Json json_of(const T& value, const Node&, const InputDecl&) {
    return value;
  }

  const Pipeline& pipeline_;
  const FileFolders& files_;
  std::vector<Diagnostic>& lost_;
};

}  // namespace

std::string api_of_pipeline(const Pipeline& pipeline, const FileFolders& files,
                            std::vector<Diagnostic>& lost) {
  return ApiWriter(pipeline, files, lost).json().dump(2, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

}  // namespace ksampler
