// Files of named tensors, read tensor by tensor after a complete check of the header. Which format a
// file has, its first bytes say.
#ifndef KSAMPLER_FILES_TENSOR_FILE_HPP
#define KSAMPLER_FILES_TENSOR_FILE_HPP

#include "host/files/input_file.hpp"
#include "host/files/mapped_file.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace ksampler {

// Element types by their name in the format; `bytes` each.
enum class DType {
  boolean,
  u8,
  i8,
  f8_e4m3,
  f8_e5m2,
  f8_e8m0,  // an exponent alone: scales of blocks
  u16,
  i16,
  f16,
  bf16,
  u32,
  i32,
  f32,
  u64,
  i64,
  f64,
  blocks,  // of GGUF: rounded in blocks, as the type's name says (gguf/block_formats.hpp)
  unknown  // of a newer or another writer: its tensors are passed over, and cannot be read
};
std::size_t bytes_of(DType type);  // 0: not known, or of blocks
const char* name_of(DType type);   // "F32"

// Bytes of one of several files that are joined.
struct TensorPiece {
  std::size_t file = 0;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

// A tensor of a file, as its header has it.
struct TensorEntry {
  DType type = DType::f32;
  std::string type_name;  // as the file writes it
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;  // of its bytes in the file, or in what follows a header that is being read
  std::uint64_t end = 0;
  // Of a view into other data, such as torch.save keeps: how many elements lie between neighbours of
  // each dimension. Its first element is at `begin`; end - begin is its size once it is gathered. Empty
  // for a tensor that lies as a whole and row-major, as nearly all do.
  std::vector<std::int64_t> strides = {};
  // Of files that are joined: where its bytes are, one piece behind another. `begin` and `end` then say
  // how many they are; strides are those of the only piece.
  std::vector<TensorPiece> pieces = {};

  std::size_t bytes() const { return static_cast<std::size_t>(end - begin); }
};

struct TensorFileHeader {
  std::map<std::string, TensorEntry> tensors;
  std::map<std::string, std::string> metadata;
};

// A file that is open, and its header: of safetensors, of torch.save (torch/torch_file.hpp), or GGUF
// (gguf/gguf_file.hpp). Thread rule: any thread.
class TensorFile {
 public:
  // Opens and checks a file. Throws Error that names the file and what is wrong with it: too short,
  // header too long for the file, not JSON, size that does not fit shape, offsets that overlap, leave
  // holes or end outside; or what stands in a file of torch.save that is no tensor, number or text.
  static std::shared_ptr<const TensorFile> open(const std::filesystem::path& file);
  explicit TensorFile(const std::filesystem::path& file);  // as open

  // Several as one, of this name. All of `header`'s tensors are of pieces of `files`.
  TensorFile(std::filesystem::path name, std::vector<std::shared_ptr<const TensorFile>> files,
             TensorFileHeader header);

  const std::filesystem::path& file() const { return name_; }
  const std::map<std::string, TensorEntry>& tensors() const { return header_->tensors; }
  const std::map<std::string, std::string>& metadata() const { return header_->metadata; }

  // A tensor by name. Throws Error with the nearest name that is there.
  const TensorEntry& tensor(const std::string& name) const;

  // Reads a tensor's data, row-major and little-endian, into memory of its size. Throws Error where the
  // file was written to since it was opened.
  void read(const TensorEntry& tensor, std::span<std::byte> to) const;
  std::vector<std::byte> read(const std::string& name) const;

  // A tensor's data where it lies in the file, as memory, as long as this object is there. Empty where
  // that is not possible (elements that are not side by side, or not where their type needs them; a
  // tensor of several pieces; a file that cannot be mapped). What happens to the file happens to these
  // bytes: who used them asks check_unchanged() afterwards.
  std::span<const std::byte> mapped(const TensorEntry& tensor) const;

  // Throws Error where the file was written to since it was opened, or a page of it could not be read.
  void check_unchanged() const;

 private:
  std::filesystem::path name_;
  std::unique_ptr<const InputFile> input_;                // null: it is of others
  std::vector<std::shared_ptr<const TensorFile>> files_;  // those; empty: none
  mutable std::mutex mapping_;
  mutable std::unique_ptr<MappedFile> map_;  // made when it is first asked for
  std::shared_ptr<const TensorFileHeader> header_;
};

}  // namespace ksampler

#endif
