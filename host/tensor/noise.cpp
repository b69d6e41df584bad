#include "host/tensor/noise.hpp"

#include "host/tensor/normals.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cstring>

namespace ksampler {

at::Generator seeded_generator(std::uint64_t seed) { return at::detail::createCPUGenerator(seed); }

at::Tensor normal(at::IntArrayRef shape, at::Generator& generator) {
  at::Tensor out = at::empty(shape, at::kFloat);
  normal_into(out, generator);
  return out;
}

void normal_into(at::Tensor& out, at::Generator& generator) {
  TORCH_CHECK(out.is_cpu() && out.scalar_type() == at::kFloat && out.is_contiguous(),
              "normal_into: found ", out.toString(), " ", out.sizes(),
              "; expected a contiguous float32 tensor on the CPU");
  draw_normals(out, generator);
}

at::Tensor prepare_noise(at::IntArrayRef shape, at::Generator& generator,
                         const std::optional<std::vector<std::int64_t>>& batch_index) {
  if (!batch_index) return normal(shape, generator);
  TORCH_CHECK(!shape.empty() && static_cast<std::int64_t>(batch_index->size()) == shape[0],
              "batch_index has ", batch_index->size(), " entries for a latent of shape ", shape,
              "; expected one for each item");
  std::int64_t last = -1;
  for (const std::int64_t index : *batch_index) {
    TORCH_CHECK(index >= 0, "batch_index has the entry ", index, "; expected 0 or above");
    last = std::max(last, index);
  }
  at::Tensor noise = at::empty(shape, at::kFloat);
  if (noise.numel() == 0) return noise;
  std::vector<std::int64_t> item_shape = shape.vec();
  item_shape[0] = 1;
  at::Tensor item = at::empty(item_shape, at::kFloat);
  const std::size_t bytes = item.nbytes();
  auto* const to = static_cast<std::byte*>(noise.mutable_data_ptr());
  // The items before the last one wanted are drawn too, wanted or not: the generator has to pass them.
  for (std::int64_t drawn = 0; drawn <= last; ++drawn) {
    normal_into(item, generator);
    for (std::size_t i = 0; i < batch_index->size(); ++i) {
      if ((*batch_index)[i] == drawn) std::memcpy(to + i * bytes, item.const_data_ptr(), bytes);
    }
  }
  return noise;
}

}  // namespace ksampler
