#include "host/files/strided.hpp"

#include <cstring>

namespace ksampler {
namespace {

std::uint64_t elements_of(const std::vector<std::int64_t>& shape) {
  std::uint64_t count = 1;
  for (const std::int64_t size : shape) count *= static_cast<std::uint64_t>(size);
  return count;
}

// From the first element to behind the last.
std::uint64_t reach_of(const TensorEntry& tensor) {
  std::uint64_t last = 0;
  for (std::size_t d = 0; d < tensor.shape.size(); ++d) {
    last +=
        static_cast<std::uint64_t>(tensor.shape[d] - 1) * static_cast<std::uint64_t>(tensor.strides[d]);
  }
  return last + 1;
}

// Counts through all elements, the last dimension fastest.
class Gather {
 public:
  Gather(const TensorEntry& tensor, std::size_t element, const std::byte* from)
      : tensor_(tensor), element_(element), from_(from), at_(tensor.shape.size(), 0) {}

  void into(std::span<std::byte> to) {
    for (std::size_t written = 0; written < to.size(); written += element_) {
      std::memcpy(&to[written], from_ + place_ * element_, element_);
      advance();
    }
  }

 private:
  void advance() {
    for (std::size_t d = at_.size(); d-- > 0;) {
      const auto stride = static_cast<std::size_t>(tensor_.strides[d]);
      place_ += stride;
      if (++at_[d] < tensor_.shape[d]) return;
      place_ -= stride * static_cast<std::size_t>(at_[d]);
      at_[d] = 0;
    }
  }

  const TensorEntry& tensor_;
  std::size_t element_;
  const std::byte* from_;
  std::vector<std::int64_t> at_;
  std::size_t place_ = 0;
};

}  // namespace

void read_tensor(const ByteSource& source, const TensorEntry& tensor, std::span<std::byte> to) {
  if (tensor.strides.empty() || to.empty()) return source.read(tensor.begin, to);
  const std::size_t element = to.size() / elements_of(tensor.shape);
  const std::vector<std::byte> from = read_bytes(source, tensor.begin, reach_of(tensor) * element);
  Gather(tensor, element, from.data()).into(to);
}

}  // namespace ksampler
