// Any bytes as a file of torch.save, or as a GGUF file. The first byte says as what: a whole file,
// GGUF, or a pickle for which every storage is there.
#include "host/base/error.hpp"
#include "host/files/gguf/block_formats.hpp"
#include "host/files/gguf/gguf_file.hpp"
#include "host/files/strided.hpp"
#include "host/files/torch/pickle_machine.hpp"
#include "host/files/torch/torch_file.hpp"
#include "host/files/torch/torch_tensors.hpp"
#include "tests/fuzz/input.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

namespace ksampler {
namespace {

ByteSource source_of_bytes(std::span<const std::byte> bytes) {
  return {"fuzzed", bytes.size(), [bytes](std::uint64_t begin, std::span<std::byte> to) {
            // What every reading must have checked.
            if (begin > bytes.size() || to.size() > bytes.size() - begin) std::abort();
            if (!to.empty()) std::memcpy(to.data(), &bytes[begin], to.size());
          }};
}

// What is accepted can be read, and is no larger than what it is read from.
void read_all(const std::map<std::string, TensorEntry>& tensors, const ByteSource& source) {
  constexpr std::size_t kMostRead = 20;  // many may share one storage
  std::size_t count = 0;
  for (const auto& [name, entry] : tensors) {
    if (entry.bytes() > source.size) std::abort();
    if (++count > kMostRead) continue;
    std::vector<std::byte> bytes(entry.bytes());
    read_tensor(source, entry, bytes);
  }
}

void read_file(std::span<const std::byte> bytes) {
  const ByteSource source = source_of_bytes(bytes);
  if (!is_torch_file(bytes.first(std::min(bytes.size(), kTorchStartBytes)))) return;
  read_all(read_torch_header(source).tensors, source);
}

// Every block of what is accepted can be widened.
void read_gguf(std::span<const std::byte> bytes) {
  const ByteSource source = source_of_bytes(bytes);
  if (!is_gguf(bytes)) return;
  const auto tensors = read_gguf_header(source).tensors;
  read_all(tensors, source);
  std::array<float, 256> values{};
  for (const auto& [name, entry] : tensors) {
    if (entry.type != DType::blocks) continue;
    const BlockFormat* format = block_format(entry.type_name);
    if (format == nullptr || entry.bytes() % format->bytes != 0) std::abort();
    const std::vector<std::byte> data = read_bytes(source, entry.begin, entry.bytes());
    for (std::size_t at = 0; at < data.size(); at += format->bytes) {
      format->widen(reinterpret_cast<const std::uint8_t*>(&data[at]), values.data());
    }
  }
}

void read_pickle(std::span<const std::byte> bytes) {
  static const std::vector<std::byte> memory(4096);
  PickleReader pickle(bytes);
  const PickleValue& root = pickle.next();
  const auto tensors = named_tensors(root, [](const TorchStorage& storage) {
    if (storage.bytes > memory.size()) throw Error("too large");
    return ByteRange{0, storage.bytes};
  });
  read_all(tensors, source_of_bytes(memory));
}

}  // namespace
}  // namespace ksampler

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ksampler;
  fuzz::Input input(data, size);
  const auto kind = input.byte();
  const auto bytes = std::as_bytes(input.take_bytes(size));
  try {
    if (kind == 'f') {
      read_file(bytes);
    } else if (kind == 'g') {
      read_gguf(bytes);
    } else {
      read_pickle(bytes);
    }
  } catch (const Error&) {
  }
  return 0;
}
