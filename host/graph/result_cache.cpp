#include "host/graph/result_cache.hpp"

#include "host/base/file_stamp.hpp"

#include <algorithm>
#include <cstdio>
#include <system_error>
#include <utility>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

std::string exactly(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%a", number);
  return text;
}

// Its length before it, so that no two texts in a row read as two others.
std::string framed(const std::string& text) { return std::to_string(text.size()) + ":" + text; }

template <typename Number>
std::string list_key(const std::vector<Number>& numbers) {
  std::string text = "[";
  for (const Number number : numbers) text += exactly(static_cast<double>(number)) + ",";
  return text + "]";
}

std::string literal_key(const Literal& literal) {
  struct Text {
    std::string operator()(std::monostate) const { return "-"; }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(std::uint64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return exactly(value); }
    std::string operator()(const std::string& value) const { return framed(value); }
    std::string operator()(const std::vector<std::int64_t>& values) const { return list_key(values); }
    std::string operator()(const std::vector<double>& values) const { return list_key(values); }
    std::string operator()(const PluginChoice& choice) const {
      std::string text = framed(choice.name);
      for (const auto& [name, value] : choice.params) {
        text += framed(name);
        text += std::holds_alternative<double>(value) ? exactly(std::get<double>(value))
                                                      : list_key(std::get<1>(value));
      }
      return text;
    }
  };
  return std::visit(Text(), literal);
}

// A file that was replaced is another.
std::string file_key(const fs::path& file) {
  const FileStamp stamp = stamp_of(file).value_or(FileStamp());
  std::string text;
  for (const std::uint64_t part : {stamp.device, stamp.inode, stamp.size}) {
    text += std::to_string(part) + "/";
  }
  return text + std::to_string(stamp.written) + "/" + std::to_string(stamp.changed);
}

bool are_there(const std::vector<fs::path>& files) {
  return std::ranges::all_of(files, [](const fs::path& file) {
    std::error_code ignored;
    return fs::is_regular_file(file, ignored);
  });
}

bool are_as_before(const std::vector<SeenFile>& files) {
  return std::ranges::all_of(files,
                             [](const SeenFile& seen) { return stamp_of(seen.file) == seen.stamp; });
}

std::string key_of(const Pipeline& pipeline, const Node& node,
                   const std::vector<std::uint64_t>& numbers) {
  std::string key = framed(pipeline.profile) + framed(pipeline.device) + framed(node.decl->type);
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    if (const Link* link = std::get_if<Link>(&node.inputs[i])) {
      key += "#" + std::to_string(numbers[link->node]) + "." + std::to_string(link->output);
      continue;
    }
    const Literal& literal = std::get<Literal>(node.inputs[i]);
    key += "=" + literal_key(literal);
    const auto* file = std::get_if<std::string>(&literal);
    if (node.decl->inputs[i].kind == InputKind::file && file != nullptr) key += file_key(*file);
  }
  return key;
}

}  // namespace

// A number that was given once is given to no other key, so that a key that holds it means the same for
// ever. A node whose other files have changed gets a new one, so that what depends on it is run, too.
KnownNodes ResultCache::take(const Pipeline& pipeline) {
  const std::lock_guard lock(mutex_);
  std::map<std::string, Known> last;
  last.swap(known_);
  KnownNodes nodes;
  for (const Node& node : pipeline.nodes) {
    std::string key = key_of(pipeline, node, nodes.numbers);
    const auto [at, is_new] = last.try_emplace(key, Known{next_, nullptr});
    if (!is_new && !are_as_before(at->second.seen)) at->second = Known{next_, nullptr};
    if (at->second.number == next_) ++next_;
    const auto& result = at->second.result;
    nodes.results.push_back(result != nullptr && are_there(result->files) ? result : nullptr);
    nodes.seen.push_back(at->second.seen);
    nodes.numbers.push_back(at->second.number);
    nodes.keys.push_back(std::move(key));
  }
  return nodes;
}

void ResultCache::keep(KnownNodes nodes) {
  const std::lock_guard lock(mutex_);
  known_.clear();
  for (std::size_t i = 0; i < nodes.keys.size(); ++i) {
    known_.insert_or_assign(
        std::move(nodes.keys[i]),
        Known{nodes.numbers[i], std::move(nodes.results[i]), std::move(nodes.seen[i])});
  }
}

void ResultCache::clear() {
  const std::lock_guard lock(mutex_);
  known_.clear();
}

}  // namespace ksampler
