// Textual inversions in files: safetensors with the vectors [n,W] of an encoder under its key
// ("clip_l", "clip_g", "clip_h"), under "emb_params", or in the one tensor that there is.
#ifndef KSAMPLER_MODEL_LOAD_EMBEDDING_FILES_HPP
#define KSAMPLER_MODEL_LOAD_EMBEDDING_FILES_HPP

#include "host/base/file_stamp.hpp"
#include "host/model/text/embedding_words.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ksampler {

class EmbeddingFiles {
 public:
  // Files are looked for in the folder "embeddings" of each of these, then in `folders`; the first that
  // has one is taken. Names may have folders, and do not lead out of it.
  explicit EmbeddingFiles(const std::vector<std::filesystem::path>& parents,
                          const std::vector<std::filesystem::path>& folders = {});

  // NAME or NAME.safetensors; none: there is no such file.
  std::optional<std::filesystem::path> file_of(const std::string& name);

  // The vectors [n,W] float32 of a name for an encoder. None where it has to be left out: notes() says
  // why. Throws Error where the file is damaged.
  std::optional<at::Tensor> vectors_of(const std::string& name, const std::string& encoder,
                                       const std::string& key, std::int64_t width);

  // What was left out and why, each once.
  const std::vector<std::string>& notes() const { return notes_; }

  // All that was looked for, found or not, each as it was at first.
  const std::vector<SeenFile>& seen() const { return seen_; }

 private:
  std::vector<std::string> names() const;
  std::string missing(const std::string& name) const;
  void note(const std::string& text);
  bool is_there(const std::filesystem::path& file);

  std::vector<std::filesystem::path> folders_;
  std::vector<std::string> notes_;
  std::vector<SeenFile> seen_;
};

// Those of a prompt for one encoder, and the table in which they stand.
class TowerVectors : public PromptVectors {
 public:
  TowerVectors(EmbeddingFiles& files, std::string encoder, std::string key, std::int64_t width)
      : files_(files), encoder_(std::move(encoder)), key_(std::move(key)), width_(width) {}

  bool has(const std::string& name) override { return files_.file_of(name).has_value(); }
  std::optional<VectorRange> find(const std::string& name) override;

  at::Tensor table() const;  // [n,W] float32; undefined: none were found

 private:
  EmbeddingFiles& files_;
  std::string encoder_, key_;
  std::int64_t width_;
  std::map<std::string, std::optional<VectorRange>> ranges_;
  std::vector<at::Tensor> found_;
  VectorIndex count_ = 0;
};

}  // namespace ksampler

#endif
