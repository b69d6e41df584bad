#include "host/files/safetensors.hpp"

#include "host/base/error.hpp"
#include "host/base/text.hpp"
#include "host/files/mapped_file.hpp"
#include "host/files/safetensors_header.hpp"

#include <bit>
#include <cstring>
#include <deque>

namespace ksampler {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

constexpr std::size_t kLengthBytes = 8;

class MappedSafetensors final : public SafetensorsFile {
 public:
  explicit MappedSafetensors(const std::filesystem::path& file) : file_(file), mapped_(file) {
    const std::span<const std::byte> bytes = mapped_.bytes();
    const std::size_t header_bytes = header_size(bytes);
    const std::string_view json(reinterpret_cast<const char*>(bytes.data()) + kLengthBytes,
                                header_bytes);
    const std::span<const std::byte> data = bytes.subspan(kLengthBytes + header_bytes);
    SafetensorsHeader header = parse_safetensors_header(file.string(), json, data.size());
    metadata_ = std::move(header.metadata);
    for (auto& [name, entry] : header.tensors) {
      tensors_.emplace(name, TensorView{entry.type, std::move(entry.shape),
                                        aligned(data.subspan(entry.begin, entry.end - entry.begin),
                                                bytes_of(entry.type))});
    }
  }

  const std::filesystem::path& file() const override { return file_; }
  const std::map<std::string, TensorView>& tensors() const override { return tensors_; }
  const std::map<std::string, std::string>& metadata() const override { return metadata_; }
  void forget(const TensorView& view) const override { mapped_.forget(view.data); }

 private:
  std::size_t header_size(std::span<const std::byte> bytes) const {
    const Place place{file_.string()};
    if (bytes.size() < kLengthBytes) {
      throw Error(place, "has " + std::to_string(bytes.size()) +
                             " bytes; a safetensors file begins with 8 bytes of length");
    }
    std::uint64_t size = 0;
    std::memcpy(&size, bytes.data(), sizeof size);
    const std::uint64_t rest = bytes.size() - kLengthBytes;
    if (size > kMaxHeaderBytes) {
      throw Error(place, "is not a safetensors file: its first 8 bytes say that the header has " +
                             std::to_string(size) + " bytes; at most " +
                             std::to_string(kMaxHeaderBytes) + " are accepted");
    }
    if (size > rest) {
      throw Error(place, "is cut short: the header should have " + std::to_string(size) +
                             " bytes, and only " + std::to_string(rest) + " follow");
    }
    return static_cast<std::size_t>(size);
  }

  // The bytes where they are, or a copy where a T could not be read from there.
  std::span<const std::byte> aligned(std::span<const std::byte> bytes, std::size_t alignment) {
    if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignment == 0) return bytes;
    return copies_.emplace_back(bytes.begin(), bytes.end());
  }

  std::filesystem::path file_;
  MappedFile mapped_;
  std::deque<std::vector<std::byte>> copies_;
  std::map<std::string, TensorView> tensors_;
  std::map<std::string, std::string> metadata_;
};

}  // namespace

std::shared_ptr<const SafetensorsFile> SafetensorsFile::open(const std::filesystem::path& file) {
  return std::make_shared<MappedSafetensors>(file);
}

const TensorView& SafetensorsFile::tensor(const std::string& name) const {
  const auto found = tensors().find(name);
  if (found != tensors().end()) return found->second;
  std::vector<std::string> names;
  for (const auto& item : tensors()) names.push_back(item.first);
  throw Error(Place{file().string()}, "no tensor " + quote(name) + suggestion(name, names));
}

}  // namespace ksampler
