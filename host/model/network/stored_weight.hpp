// A weight as its file keeps it, widened each time that it is used: a network of these takes the memory
// of its file, whatever it computes with. Widening a layer is some hundredth of multiplying a picture's
// tokens by it.
#ifndef KSAMPLER_MODEL_NETWORK_STORED_WEIGHT_HPP
#define KSAMPLER_MODEL_NETWORK_STORED_WEIGHT_HPP

#include "host/files/gguf/block_formats.hpp"
#include "host/model/network/weight_patches.hpp"
#include "host/model/network/weight_stream.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace ksampler {

// Thread rule: immutable.
class StoredWeight {
 public:
  StoredWeight() = default;
  StoredWeight(const StoredWeight&) = delete;
  StoredWeight& operator=(const StoredWeight&) = delete;
  virtual ~StoredWeight() = default;

  // [out,in] in that type; the tensor that is kept itself, where it is of it.
  virtual at::Tensor widened(at::ScalarType type) const = 0;
  virtual std::uint64_t bytes() const = 0;
};

// A tensor as the file has it: in memory, or one of those that come and go.
class FileTensor {
 public:
  FileTensor(at::Tensor tensor, std::shared_ptr<WeightStream> stream = {});

  at::Tensor get() const { return stream_ == nullptr ? tensor_ : stream_->use(index_); }
  // Its sizes and type, without its being computed with.
  const at::Tensor& like() const { return tensor_; }

 private:
  at::Tensor tensor_;
  std::shared_ptr<WeightStream> stream_;
  std::size_t index_ = 0;
};

// W = values * scale. `scale`: of all, of each row [out] or [out,1]; undefined: none.
std::shared_ptr<const StoredWeight> narrow_weight(FileTensor values, at::Tensor scale = {});

// Blocks of a GGUF file, on the CPU. `shape`: [out,in].
std::shared_ptr<const StoredWeight> block_weight(FileTensor blocks, const BlockFormat& format,
                                                 std::vector<std::int64_t> shape);

// Another one with changes that are made after it is widened, in float32: nothing is rounded twice,
// unless it is to be in `rounded_to` before it is changed, as a tensor is that Weights::get gives.
std::shared_ptr<const StoredWeight> patched_weight(std::shared_ptr<const StoredWeight> weight,
                                                   std::vector<WeightPatch> patches,
                                                   at::ScalarType rounded_to = at::kFloat);

}  // namespace ksampler

#endif
