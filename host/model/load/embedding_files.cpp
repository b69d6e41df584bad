#include "host/model/load/embedding_files.hpp"

#include "host/base/error.hpp"
#include "host/base/path_within.hpp"
#include "host/base/plain_file.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/network/tensors.hpp"

#include <ATen/ops/cat.h>
#include <ATen/ops/isfinite.h>

#include <algorithm>
#include <array>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEnding = ".safetensors";
constexpr const char* kPlainKey = "emb_params";

fs::path with_ending(const fs::path& path, const char* ending) { return path.string() + ending; }

// The tensor for the encoder with this key; empty: none can be told to be.
std::string tensor_for(const TensorFile& file, const std::string& key) {
  const auto& tensors = file.tensors();
  if (tensors.contains(key)) return key;
  if (tensors.contains(kPlainKey)) return kPlainKey;
  return tensors.size() == 1 ? tensors.begin()->first : "";
}

// What begins each note: "'embedding:hands' is left out of the prompt".
std::string left_out(const std::string& name) {
  return sentence("{} is left out of the prompt", quote("embedding:" + name));
}

}  // namespace

EmbeddingFiles::EmbeddingFiles(const std::vector<fs::path>& parents,
                               const std::vector<fs::path>& folders) {
  const auto add = [&](const fs::path& folder) {
    fs::path whole = (fs::current_path() / folder).lexically_normal();
    if (std::find(folders_.begin(), folders_.end(), whole) == folders_.end()) {
      folders_.push_back(std::move(whole));
    }
  };
  for (const fs::path& parent : parents) add(parent / "embeddings");
  for (const fs::path& folder : folders) add(folder);
}

bool EmbeddingFiles::is_there(const fs::path& file) {
  if (std::ranges::find(seen_, file, &SeenFile::file) == seen_.end()) {
    seen_.push_back({file, stamp_of(file)});
  }
  return is_plain_file(file);
}

std::optional<fs::path> EmbeddingFiles::file_of(const std::string& name) {
  for (const fs::path& folder : folders_) {
    fs::path path = path_within(folder, name);
    if (path.empty()) continue;
    if (path.extension() == kEnding && is_there(path)) return path;
    if (fs::path ended = with_ending(path, kEnding); is_there(ended)) return ended;
  }
  return std::nullopt;
}

std::vector<std::string> EmbeddingFiles::names() const {
  std::vector<std::string> names;
  for (const fs::path& folder : folders_) {
    std::error_code ended;
    for (fs::recursive_directory_iterator at(folder, ended), end; !ended && at != end;
         at.increment(ended)) {
      fs::path name = at->path().lexically_relative(folder);
      if (name.extension() == kEnding) names.push_back(name.replace_extension().string());
    }
  }
  return names;
}

std::string EmbeddingFiles::missing(const std::string& name) const {
  std::string looked;
  for (const fs::path& folder : folders_) {
    const fs::path path = path_within(folder, name);
    for (const char* pickle : {"", ".pt", ".bin"}) {
      if (path.empty() || !is_plain_file(with_ending(path, pickle))) continue;
      return sentence("{}: {} is not a safetensors file, and only those are read", left_out(name),
                      with_ending(path, pickle));
    }
    looked += (looked.empty() ? "" : ", ") + folder.string();
  }
  const bool ended = fs::path(name).extension() == kEnding;
  return sentence("{}: there is no file {} in {}{}", left_out(name),
                  quote(ended ? name : name + kEnding), looked, suggestion(name, names()));
}

void EmbeddingFiles::note(const std::string& text) {
  if (std::find(notes_.begin(), notes_.end(), text) == notes_.end()) notes_.push_back(text);
}

std::optional<at::Tensor> EmbeddingFiles::vectors_of(const std::string& name,
                                                     const std::string& encoder, const std::string& key,
                                                     std::int64_t width) {
  const std::optional<fs::path> path = file_of(name);
  if (!path) {
    note(missing(name));
    return std::nullopt;
  }
  const auto file = TensorFile::open(*path);
  const std::string tensor = tensor_for(*file, key);
  if (tensor.empty()) {
    note(sentence("{} for {}: {} has neither a tensor '{}' nor '{}' nor one alone", left_out(name),
                  encoder, *path, key, kPlainKey));
    return std::nullopt;
  }
  at::Tensor vectors = map_tensor(file, tensor).to(at::kFloat);
  if (vectors.dim() == 1) vectors = vectors.unsqueeze(0);
  if (vectors.dim() != 2 || vectors.size(0) == 0 || vectors.size(1) != width) {
    note(sentence("{} for {}: {} has {} of shape {}, and this encoder's vectors are {} wide",
                  left_out(name), encoder, *path, quote(tensor), shape_text(vectors.sizes()), width));
    return std::nullopt;
  }
  if (!at::isfinite(vectors).all().item<bool>()) {
    throw Error({path->string()}, sentence("tensor {} holds NaN or infinity", quote(tensor)));
  }
  return vectors;
}

std::optional<VectorRange> TowerVectors::find(const std::string& name) {
  const auto known = ranges_.find(name);
  if (known != ranges_.end()) return known->second;
  std::optional<VectorRange> range;
  if (const auto vectors = files_.vectors_of(name, encoder_, key_, width_)) {
    range = VectorRange{count_, static_cast<VectorIndex>(vectors->size(0))};
    count_ += range->count;
    found_.push_back(*vectors);
  }
  ranges_[name] = range;
  return range;
}

at::Tensor TowerVectors::table() const { return found_.empty() ? at::Tensor() : at::cat(found_); }

}  // namespace ksampler
