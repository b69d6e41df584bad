// LiteralReader: inputs that name a file.
#include "host/graph/literal_reader.hpp"

#include "host/base/text.hpp"
#include "host/graph/wording.hpp"

namespace ksampler {
namespace {

constexpr int kMostNeighbours = 1000;

bool is_regular(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

// The names in the folder where `file` was looked for.
std::vector<std::string> neighbours(const std::filesystem::path& file) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator at(file.parent_path(), error);
  for (; !error && at != std::filesystem::directory_iterator() && names.size() < kMostNeighbours;
       at.increment(error)) {
    names.push_back(at->path().filename().string());
  }
  return names;
}

}  // namespace

std::optional<Literal> LiteralReader::read_file(const YamlNode& value, const InputDecl& input,
                                                const std::string& subject) {
  if (value.kind != YamlNode::Kind::scalar || value.text.empty() || is_link(value)) {
    complain(value, input, subject);
    return std::nullopt;
  }
  const std::string name = plain_text(value);
  std::filesystem::path path = std::filesystem::absolute(folder_ / name).lexically_normal();
  // What is typed is first of all relative to where it is typed.
  if (!value.typed.empty()) {
    const std::filesystem::path typed = std::filesystem::absolute(name).lexically_normal();
    if (is_regular(typed)) path = typed;
  }
  if (is_regular(path)) return path.string();

  std::error_code ignored;
  std::string why = "; there is no file " + path.string();
  if (std::filesystem::is_directory(path, ignored)) {
    why = "; that is a folder, and it takes a file: " + path.string();
  } else if (std::filesystem::exists(path, ignored)) {
    why = "; that is no regular file: " + path.string();
  } else if (const auto names = neighbours(path); !names.empty()) {
    const std::string_view near = nearest(path.filename().string(), names);
    if (!near.empty()) why += "; did you mean '" + std::string(near) + "'?";
  }
  diagnostics_.push_back({value.place, subject + " is " + quote(name) + why});
  return std::nullopt;
}

}  // namespace ksampler
