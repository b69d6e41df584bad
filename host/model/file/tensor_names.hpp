// The names and shapes of a file's tensors under a prefix: what its header alone tells.
#ifndef KSAMPLER_MODEL_FILE_TENSOR_NAMES_HPP
#define KSAMPLER_MODEL_FILE_TENSOR_NAMES_HPP

#include "host/model/file/model_file.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ksampler {

class TensorNames {
 public:
  explicit TensorNames(std::shared_ptr<const TensorFile> file, std::string prefix = {})
      : file_(std::move(file)), prefix_(std::move(prefix)) {}

  // Those whose names go on with `prefix`.
  TensorNames within(const std::string& prefix) const { return TensorNames(file_, prefix_ + prefix); }

  bool has(const std::string& name) const { return file_->tensors().contains(prefix_ + name); }
  // Whether there is any whose name goes on with `prefix`.
  bool has_any(const std::string& prefix) const { return ksampler::has_any(*file_, prefix_ + prefix); }
  // As the file keeps it; empty: there is no such tensor.
  std::vector<std::int64_t> shape(const std::string& name) const {
    const auto found = file_->tensors().find(prefix_ + name);
    return found == file_->tensors().end() ? std::vector<std::int64_t>() : found->second.shape;
  }

  // Throws Error: there is no such tensor.
  DType type(const std::string& name) const { return file_->tensor(prefix_ + name).type; }
  // Under the prefix, without it.
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (auto next = file_->tensors().lower_bound(prefix_);
         next != file_->tensors().end() && next->first.starts_with(prefix_); ++next) {
      names.push_back(next->first.substr(prefix_.size()));
    }
    return names;
  }

  const std::shared_ptr<const TensorFile>& file() const { return file_; }
  const std::string& prefix() const { return prefix_; }

 private:
  std::shared_ptr<const TensorFile> file_;
  std::string prefix_;
};

}  // namespace ksampler

#endif
