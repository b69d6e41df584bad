// Reads pickles (protocols 2 to 5) as torch.save writes them. Python's own reader runs whatever
// functions a pickle names; this one knows a few names, builds values of them, and runs nothing.
// Opcodes: Python's Lib/pickletools.py.
#ifndef KSAMPLER_FILES_TORCH_PICKLE_MACHINE_HPP
#define KSAMPLER_FILES_TORCH_PICKLE_MACHINE_HPP

#include "host/files/torch/pickle_value.hpp"

#include <cstddef>
#include <map>
#include <span>
#include <string>

namespace ksampler {

// A checkpoint's pickle has some 200 bytes a tensor.
inline constexpr std::size_t kMostPickleBytes = 16'000'000;

// Several pickles that follow each other, and the storages that all of them name.
class PickleReader {
 public:
  // `bytes` must outlive the reader.
  explicit PickleReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  // The next one, whose values live as long as the reader. Throws Error, without a place: cut short, an
  // opcode or a name that is not known, or more than any model file has.
  const PickleValue& next();

  // How many bytes the pickles so far have.
  std::size_t position() const { return position_; }
  const std::map<std::string, TorchStorage>& storages() const { return storages_; }

 private:
  std::span<const std::byte> bytes_;
  std::size_t position_ = 0;
  PickleHeap heap_;
  std::map<std::string, TorchStorage> storages_;
};

}  // namespace ksampler

#endif
