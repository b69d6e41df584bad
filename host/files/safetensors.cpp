#include "host/files/safetensors.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/files/header_book.hpp"
#include "host/files/safetensors_header.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace ksampler {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

constexpr std::size_t kLengthBytes = 8;

std::uint64_t header_size(const InputFile& input) {
  const Place place{input.file().string()};
  if (input.size() < kLengthBytes) {
    throw Error(place, sentence("has {} bytes; a safetensors file begins with 8 bytes of length",
                                input.size()));
  }
  std::array<std::byte, kLengthBytes> bytes{};
  input.read(0, bytes);
  std::uint64_t size = 0;
  std::memcpy(&size, bytes.data(), sizeof size);
  const std::uint64_t rest = input.size() - kLengthBytes;
  if (size > kMaxHeaderBytes) {
    throw Error(place, sentence("is not a safetensors file: its first 8 bytes say that the header has "
                                "{} bytes; at most {} are accepted",
                                size, kMaxHeaderBytes));
  }
  if (size > rest) {
    throw Error(place, sentence("is cut short: the header should have {} bytes, and only {} follow",
                                size, rest));
  }
  return size;
}

}  // namespace

SafetensorsFile::SafetensorsFile(const std::filesystem::path& file) : input_(file) {
  const std::uint64_t size = header_size(input_);
  data_begin_ = kLengthBytes + size;
  header_ = header_book()->find(input_.stamp(), [&] {
    std::string json(size, '\0');
    input_.read(kLengthBytes, std::as_writable_bytes(std::span(json)));
    return parse_safetensors_header(file.string(), json, input_.size() - data_begin_);
  });
}

std::shared_ptr<const SafetensorsFile> SafetensorsFile::open(const std::filesystem::path& file) {
  return std::make_shared<SafetensorsFile>(file);
}

const TensorEntry& SafetensorsFile::tensor(const std::string& name) const {
  const auto found = tensors().find(name);
  if (found != tensors().end()) return found->second;
  std::vector<std::string> names;
  for (const auto& item : tensors()) names.push_back(item.first);
  throw Error(Place{file().string()}, sentence("no tensor {}{}", quote(name), suggestion(name, names)));
}

void SafetensorsFile::read(const TensorEntry& tensor, std::span<std::byte> to) const {
  input_.read(data_begin_ + tensor.begin, to);
}

std::vector<std::byte> SafetensorsFile::read(const std::string& name) const {
  const TensorEntry& entry = tensor(name);
  std::vector<std::byte> bytes(entry.bytes());
  read(entry, bytes);
  return bytes;
}

}  // namespace ksampler
