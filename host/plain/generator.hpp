// PyTorch's CPU generator: the Mersenne Twister, and standard normals as torch.randn draws them, bit
// for bit where the machine has AVX2 (and PyTorch takes it, as it does by default). Elsewhere by
// PyTorch's other way, whose logarithms and sines are the C library's.
#ifndef KSAMPLER_PLAIN_GENERATOR_HPP
#define KSAMPLER_PLAIN_GENERATOR_HPP

#include "host/plain/cpu/mt19937.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace ksampler {

// Thread rule: one thread at a time.
class Generator {
 public:
  // In the state of torch.Generator().manual_seed(seed), which takes the lower 32 bits.
  explicit Generator(std::uint64_t seed);

  // The next draw of `size` elements: torch.randn(size, generator).
  void normals(float* out, std::size_t size);
  void normals(std::vector<float>& out) { normals(out.data(), out.size()); }
  // The same as a machine without AVX2 draws it. REQUIRES: size >= 16.
  void normals_without_kernel(float* out, std::size_t size);

 private:
  std::uint32_t word();
  double uniform();     // 53 bits, in [0, 1)
  double normal_one();  // as drawn where fewer than 16 are asked for

  cpu::Mt19937 state_;
  std::optional<double> half_;  // the other one of a pair
};

// ComfyUI's prepare_noise: `items` draws of `item` elements each; with `batch_index`, item i is the
// batch_index[i]-th draw of one item. The generator passes the draws before the last one wanted, too.
// Throws Error where an index is negative, or they are not one for each item.
void prepare_noise(float* out, std::size_t items, std::size_t item, Generator& generator,
                   const std::optional<std::vector<std::int64_t>>& batch_index);

}  // namespace ksampler

#endif
