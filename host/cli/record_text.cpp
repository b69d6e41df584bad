#include "host/cli/record_text.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

namespace ksampler {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kFewKeys = 5;

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string text_at(const Json& object, const char* key, const char* otherwise = "unknown") {
  const auto at = object.is_object() ? object.find(key) : object.end();
  if (!object.is_object() || at == object.end() || at->is_null()) return otherwise;
  const std::string text = text_of(*at);
  return printable(text, text.size());
}

// Each line behind `margin`, and fit for a terminal.
void print_lines(const std::string& text, const std::string& margin, std::ostream& out) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    std::replace(line.begin(), line.end(), '\t', ' ');
    out << margin << printable(line, line.size()) << "\n";
  }
}

// "$model" here, ["4", 0] in ComfyUI.
bool is_link(const Json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    return text.starts_with('$') && !text.starts_with("$$");
  }
  return value.is_array() && value.size() == 2 && value[0].is_string() && value[1].is_number_integer();
}

void print_value(const std::string& key, const Json& value, std::size_t width, std::ostream& out) {
  const std::string head = "    " + printable(key, key.size());
  const std::string text = text_of(value);
  const std::string gap(width + 6 > head.size() ? width + 6 - head.size() : 1, ' ');
  if (text.find('\n') == std::string::npos) {
    out << head << gap << printable(text, text.size()) << "\n";
    return;
  }
  out << head << "\n";
  print_lines(text, "      ", out);
}

// What a node was told; what it was linked to is in the pipeline.
void print_nodes(const Json& nodes, std::ostream& out) {
  for (const auto& [name, node] : nodes.items()) {
    out << "\n  " << printable(name, name.size()) << " (" << text_at(node, "type") << ")\n";
    const Json inputs = node.value("inputs", Json::object());
    if (!inputs.is_object()) continue;
    std::size_t width = 0;
    for (const auto& [key, value] : inputs.items()) {
      if (!is_link(value)) width = std::max(width, key.size());
    }
    for (const auto& [key, value] : inputs.items()) {
      if (!is_link(value)) print_value(key, value, width, out);
    }
  }
}

void print_made_with(const Json& made, std::ostream& out) {
  if (!made.is_object()) return;
  out << "\nMade with\n";
  out << "  ksampler " << text_at(made, "ksampler") << ", LibTorch " << text_at(made, "libtorch")
      << "\n";
  out << "  on " << text_at(made, "device") << " (" << text_at(made, "cpu") << "), "
      << text_at(made, "threads") << " threads\n";
  if (const auto types = made.find("dtypes"); types != made.end()) {
    out << "  types: unet " << text_at(*types, "unet") << ", vae " << text_at(*types, "vae")
        << ", text " << text_at(*types, "text") << "\n";
  } else {
    out << "  types: the usual ones (auto)\n";
  }
  for (const Json& plugin : made.value("plugins", Json::array())) {
    out << "  plugin " << text_at(plugin, "name") << " " << text_at(plugin, "version") << " (sha256 "
        << text_at(plugin, "sha256").substr(0, kShortHash) << ")\n";
  }
  for (const Json& file : made.value("files", Json::array())) {
    out << "  file " << text_at(file, "input") << ": " << text_at(file, "name") << " (sha256 "
        << text_at(file, "sha256").substr(0, kShortHash) << ")\n";
  }
}

void print_text(const char* title, const Json& value, std::ostream& out) {
  out << "\n" << title << "\n";
  print_lines(value.is_string() ? value.get<std::string>()
                                : value.dump(2, ' ', false, Json::error_handler_t::replace),
              "  ", out);
}

bool is_picture_kind(const std::string& kind) { return kind == "png" || kind == "webp"; }

std::string kind_text(const Json& record) {
  const std::string kind = text_at(record, "kind");
  if (is_picture_kind(kind)) {
    return sentence("a picture of {} x {} pixels", text_at(record, "width"), text_at(record, "height"));
  }
  return kind == "latent" ? "a latent, " + text_at(record, "shape") : "a file of tensors";
}

}  // namespace

std::string keys_text(const std::vector<std::string>& keys) {
  std::string text;
  for (std::size_t i = 0; i < std::min(keys.size(), kFewKeys); ++i) {
    text += (i == 0 ? "" : ", ") + quote(keys[i]);
  }
  if (keys.size() <= kFewKeys) return text;
  return sentence("{} and {} more", text, keys.size() - kFewKeys);
}

void print_record(const Json& record, std::ostream& out) {
  const std::string software = text_at(record, "software");
  out << text_at(record, "file") << ": " << kind_text(record) << ", made by " << software << "\n";
  if (software == "ComfyUI" && is_picture_kind(text_at(record, "kind"))) {
    out << "It holds a workflow: `ksampler run` runs it, `ksampler convert` writes it as a pipeline.\n";
  } else if (software == "AUTOMATIC1111") {
    out << "It holds the parameters that AUTOMATIC1111's web UI (or one like it) writes, which "
           "ksampler "
           "does not run.\n";
  }
  if (record.contains("nodes") && !record["nodes"].empty()) {
    out << "\nSettings\n";
    print_nodes(record["nodes"], out);
  }
  if (record.contains("set") && !record["set"].empty()) {
    out << "\nSet for this run, and in the settings above\n";
    for (const Json& setting : record["set"]) print_lines(text_of(setting), "  --set ", out);
  }
  if (record.contains("made_with")) print_made_with(record["made_with"], out);
  if (const std::string profile = text_at(record, "profile", ""); !profile.empty()) {
    out << "  noise as in the profile " << profile << "\n";
  }
  if (const std::string folder = text_at(record, "folder", ""); !folder.empty()) {
    out << "  files relative to " << folder << ", as seen from the picture\n";
  }
  constexpr std::pair<const char*, const char*> kTexts[] = {{"parameters", "Parameters"},
                                                            {"prompt", "Workflow (API form)"},
                                                            {"workflow", "Workflow (of the editor)"},
                                                            {"pipeline", "Pipeline"}};
  for (const auto& [key, title] : kTexts) {
    if (record.contains(key)) print_text(title, record[key], out);
  }
}

}  // namespace ksampler
