// A tensor's bytes, gathered where they do not lie row-major in the file.
#ifndef KSAMPLER_FILES_STRIDED_HPP
#define KSAMPLER_FILES_STRIDED_HPP

#include "host/files/byte_source.hpp"
#include "host/files/tensor_file.hpp"

namespace ksampler {

// REQUIRES: to.size() == tensor.bytes(), and all of the tensor's elements lie within the source.
void read_tensor(const ByteSource& source, const TensorEntry& tensor, std::span<std::byte> to);

}  // namespace ksampler

#endif
