#include "host/base/sentence.hpp"
#include "host/files/safetensors_header.hpp"

#include "host/base/error.hpp"

#include <algorithm>
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
    throw Error(
        place,
        sentence("is not a safetensors file: its first 8 bytes say that the header has {} bytes; at "
                 "most {} are accepted",
                 size, kMaxHeaderBytes));
  }
  if (size > rest) {
    throw Error(place, sentence("is cut short: the header should have {} bytes, and only {} follow",
                                size, rest));
  }
  return size;
}

}  // namespace

bool is_safetensors(std::span<const std::byte> start) {
  const auto is_zero = [](std::byte byte) { return byte == std::byte{0}; };
  return start.size() > kLengthBytes && start[8] == std::byte{'{'} &&
         std::all_of(&start[4], &start[8], is_zero);
}

TensorFileHeader read_safetensors_header(const InputFile& input) {
  const std::uint64_t size = header_size(input);
  const std::uint64_t data_begin = kLengthBytes + size;
  std::string json(size, '\0');
  input.read(kLengthBytes, std::as_writable_bytes(std::span(json)));
  TensorFileHeader header =
      parse_safetensors_header(input.file().string(), json, input.size() - data_begin);
  for (auto& [name, entry] : header.tensors) {
    entry.begin += data_begin;
    entry.end += data_begin;
  }
  return header;
}

}  // namespace ksampler
