#include "host/files/tensor_file.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/files/gguf/gguf_file.hpp"
#include "host/files/header_book.hpp"
#include "host/files/safetensors_header.hpp"
#include "host/files/strided.hpp"
#include "host/files/torch/torch_file.hpp"

#include <algorithm>

namespace ksampler {
namespace {

TensorFileHeader read_header(const InputFile& input) {
  std::vector<std::byte> start(std::min<std::uint64_t>(input.size(), kTorchStartBytes));
  input.read(0, start);
  if (is_gguf(start)) return read_gguf_header(source_of(input));
  const bool torch = !is_safetensors(start) && is_torch_file(start);
  return torch ? read_torch_header(source_of(input)) : read_safetensors_header(input);
}

}  // namespace

TensorFile::TensorFile(const std::filesystem::path& file) : input_(file) {
  header_ = failing_as(Diagnostic::Kind::bad_file, [this] {
    return header_book()->find(input_.stamp(), [this] { return read_header(input_); });
  });
}

std::shared_ptr<const TensorFile> TensorFile::open(const std::filesystem::path& file) {
  return std::make_shared<TensorFile>(file);
}

const TensorEntry& TensorFile::tensor(const std::string& name) const {
  const auto found = tensors().find(name);
  if (found != tensors().end()) return found->second;
  std::vector<std::string> names;
  for (const auto& item : tensors()) names.push_back(item.first);
  throw Error(Diagnostic::Kind::bad_file, Place{file().string()},
              sentence("no tensor {}{}", quote(name), suggestion(name, names)));
}

void TensorFile::read(const TensorEntry& tensor, std::span<std::byte> to) const {
  read_tensor(source_of(input_), tensor, to);
}

std::span<const std::byte> TensorFile::mapped(const TensorEntry& tensor) const {
  const std::size_t element = std::max<std::size_t>(bytes_of(tensor.type), 1);
  if (!tensor.strides.empty() || tensor.begin % element != 0) return {};
  const std::lock_guard lock(mapping_);
  if (map_ == nullptr) map_ = MappedFile::map(input_.descriptor(), input_.size());
  return map_ == nullptr ? std::span<const std::byte>()
                         : map_->bytes().subspan(tensor.begin, tensor.bytes());
}

void TensorFile::check_unchanged() const {
  input_.check_unchanged();
  const std::lock_guard lock(mapping_);
  if (map_ != nullptr && map_->is_damaged()) {
    throw Error(Diagnostic::Kind::bad_file, Place{file().string()},
                "cannot be read: its disk failed, or it was cut short, while it was used");
  }
}

std::vector<std::byte> TensorFile::read(const std::string& name) const {
  const TensorEntry& entry = tensor(name);
  std::vector<std::byte> bytes(entry.bytes());
  read(entry, bytes);
  return bytes;
}

}  // namespace ksampler
