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

// What a file of those that are joined knows it as, for reading it alone.
TensorEntry as_piece(const TensorEntry& tensor, const TensorPiece& piece) {
  TensorEntry alone = {.type = tensor.type, .type_name = {}, .shape = {}};
  alone.begin = piece.begin;
  alone.end = piece.end;
  if (!tensor.strides.empty()) {
    alone.shape = tensor.shape;
    alone.strides = tensor.strides;
  }
  return alone;
}

}  // namespace

TensorFile::TensorFile(const std::filesystem::path& file)
    : name_(file), input_(std::make_unique<const InputFile>(file)) {
  header_ = failing_as(Diagnostic::Kind::bad_file, [this] {
    return header_book()->find(input_->stamp(), [this] { return read_header(*input_); });
  });
}

TensorFile::TensorFile(std::filesystem::path name, std::vector<std::shared_ptr<const TensorFile>> files,
                       TensorFileHeader header)
    : name_(std::move(name)),
      files_(std::move(files)),
      header_(std::make_shared<const TensorFileHeader>(std::move(header))) {}

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
  if (input_ != nullptr) return read_tensor(source_of(*input_), tensor, to);
  for (const TensorPiece& piece : tensor.pieces) {
    const std::size_t size = piece.end - piece.begin;
    files_.at(piece.file)->read(as_piece(tensor, piece), to.first(size));
    to = to.subspan(size);
  }
}

std::span<const std::byte> TensorFile::mapped(const TensorEntry& tensor) const {
  if (input_ == nullptr) {
    if (tensor.pieces.size() != 1) return {};
    return files_.at(tensor.pieces[0].file)->mapped(as_piece(tensor, tensor.pieces[0]));
  }
  const std::size_t element = std::max<std::size_t>(bytes_of(tensor.type), 1);
  if (!tensor.strides.empty() || tensor.begin % element != 0) return {};
  const std::lock_guard lock(mapping_);
  if (map_ == nullptr) map_ = MappedFile::map(input_->descriptor(), input_->size());
  return map_ == nullptr ? std::span<const std::byte>()
                         : map_->bytes().subspan(tensor.begin, tensor.bytes());
}

void TensorFile::check_unchanged() const {
  for (const auto& file : files_) file->check_unchanged();
  if (input_ == nullptr) return;
  input_->check_unchanged();
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
