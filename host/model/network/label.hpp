// The label of SDXL's networks ("adm"): the pooled text, and each number that tells of the picture,
// embedded in 256 (Podell et al. 2023, section 2.2).
#ifndef KSAMPLER_MODEL_NETWORK_LABEL_HPP
#define KSAMPLER_MODEL_NETWORK_LABEL_HPP

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace ksampler {

inline constexpr std::int64_t kNumberEmbedding = 256;

// `pooled` [B,P] and `numbers` [B,N], float32, to [B, P + 256 N].
at::Tensor label_of(const at::Tensor& pooled, const at::Tensor& numbers);

}  // namespace ksampler

#endif
