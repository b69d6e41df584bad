// safetensors files: read tensor by tensor after a complete check of the header, written whole or not
// at all. Format: https://github.com/huggingface/safetensors (8 bytes length, JSON header, data).
#ifndef KSAMPLER_FILES_SAFETENSORS_HPP
#define KSAMPLER_FILES_SAFETENSORS_HPP

#include "host/files/input_file.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
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
  unknown  // of a newer or another writer: its tensors are passed over, and cannot be read
};
std::size_t bytes_of(DType type);  // 0: not known
const char* name_of(DType type);   // "F32"

// A tensor to be written.
struct TensorView {
  DType type = DType::f32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> data;  // row-major, little-endian
};

// A tensor of a file, as its header has it.
struct TensorEntry {
  DType type = DType::f32;
  std::string type_name;  // as the file writes it
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;  // in the data; begin <= end <= data size
  std::uint64_t end = 0;

  std::size_t bytes() const { return static_cast<std::size_t>(end - begin); }
};

struct SafetensorsHeader {
  std::map<std::string, TensorEntry> tensors;
  std::map<std::string, std::string> metadata;
};

// A file that is open, and its header. Thread rule: any thread.
class SafetensorsFile {
 public:
  // Opens and checks a file. Throws Error that names the file and what is wrong with it: too short,
  // header too long for the file, not JSON, size that does not fit shape, offsets that overlap, leave
  // holes or end outside.
  static std::shared_ptr<const SafetensorsFile> open(const std::filesystem::path& file);
  explicit SafetensorsFile(const std::filesystem::path& file);  // as open

  const std::filesystem::path& file() const { return input_.file(); }
  const std::map<std::string, TensorEntry>& tensors() const { return header_->tensors; }
  const std::map<std::string, std::string>& metadata() const { return header_->metadata; }

  // A tensor by name. Throws Error with the nearest name that is there.
  const TensorEntry& tensor(const std::string& name) const;

  // Reads a tensor's data, row-major and little-endian, into memory of its size. Throws Error where the
  // file was written to since it was opened.
  void read(const TensorEntry& tensor, std::span<std::byte> to) const;
  std::vector<std::byte> read(const std::string& name) const;

 private:
  InputFile input_;
  std::shared_ptr<const SafetensorsHeader> header_;
  std::uint64_t data_begin_ = 0;
};

// The bytes of a file with these tensors, the widest types first, then by name: so that each is
// aligned. Throws Error where a tensor's data does not fit its shape.
std::vector<std::byte> safetensors_bytes(const std::map<std::string, TensorView>& tensors,
                                         const std::map<std::string, std::string>& metadata);

}  // namespace ksampler

#endif
