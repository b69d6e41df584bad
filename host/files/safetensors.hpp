// safetensors files: read through a memory map after a complete check of the header, written whole or
// not at all. Format: https://github.com/huggingface/safetensors (8 bytes length, JSON header, data).
#ifndef KSAMPLER_FILES_SAFETENSORS_HPP
#define KSAMPLER_FILES_SAFETENSORS_HPP

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
  f64
};
std::size_t bytes_of(DType type);
const char* name_of(DType type);  // "F32"

struct TensorView {
  DType type = DType::f32;
  std::vector<std::int64_t> shape;
  // Row-major, little-endian; from SafetensorsFile: aligned for the type, and alive as long as the
  // file.
  std::span<const std::byte> data;
};

class SafetensorsFile {
 public:
  // Maps and checks a file. Throws Error that names the file and what is wrong with it: too short,
  // header too long for the file, not JSON, unknown type, size that does not fit shape, offsets that
  // overlap, leave holes or end outside.
  static std::shared_ptr<const SafetensorsFile> open(const std::filesystem::path& file);
  virtual ~SafetensorsFile() = default;

  virtual const std::filesystem::path& file() const = 0;
  virtual const std::map<std::string, TensorView>& tensors() const = 0;
  virtual const std::map<std::string, std::string>& metadata() const = 0;

  // Gives back the memory that reading a tensor took: it is read from the file again when it is needed.
  virtual void forget(const TensorView& view) const = 0;

  // A tensor by name. Throws Error with the nearest name that is there.
  const TensorView& tensor(const std::string& name) const;
};

// The bytes of a file with these tensors, the widest types first, then by name: so that each is
// aligned. Throws Error where a tensor's data does not fit its shape.
std::vector<std::byte> safetensors_bytes(const std::map<std::string, TensorView>& tensors,
                                         const std::map<std::string, std::string>& metadata);

}  // namespace ksampler

#endif
