// Files of torch.save: a pickle, and the bytes that its tensors are views of. Since PyTorch 1.6 a zip
// file with `NAME/data.pkl` and `NAME/data/KEY`, before that the pickle and then the storages. Nothing
// of a file is run (pickle_machine.hpp).
#ifndef KSAMPLER_FILES_TORCH_TORCH_FILE_HPP
#define KSAMPLER_FILES_TORCH_TORCH_FILE_HPP

#include "host/files/byte_source.hpp"
#include "host/files/tensor_file.hpp"

#include <cstddef>
#include <span>

namespace ksampler {

// How much of a file tells which it is.
inline constexpr std::size_t kTorchStartBytes = 32;

// Whether a file that begins so is one of torch.save, or another zip file.
bool is_torch_file(std::span<const std::byte> start);

// Where the tensors of a file are in it. Throws Error that names the file: cut short, no file of
// torch.save, compressed, big-endian, or with something in it that is no tensor, number or text.
TensorFileHeader read_torch_header(const ByteSource& source);

}  // namespace ksampler

#endif
