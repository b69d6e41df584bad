#include "host/nodes/latent_file.hpp"

#include "host/files/output.hpp"
#include "host/model/tensors.hpp"
#include "host/nodes/filename_prefix.hpp"
#include "host/nodes/record.hpp"

#include <ATen/ops/empty.h>

namespace ksampler {

std::filesystem::path write_latent(const NodeContext& context, const at::Tensor& samples,
                                   const std::string& prefix) {
  const at::Tensor rows = samples.contiguous();
  const std::string expanded =
      expanded_prefix(prefix, context.pipeline,
                      {.width = 8 * rows.size(3), .height = 8 * rows.size(2), .time = local_time()});
  // ComfyUI's mark of a latent that is not scaled by a model's factor: an empty tensor.
  const at::Tensor version = at::empty({0});
  const auto bytes = safetensors_bytes(
      {{"latent_tensor", view_of(rows)}, {"latent_format_version_0", view_of(version)}},
      record_of(context, expanded));
  return write_numbered(context.options.out, expanded, ".latent", bytes);
}

}  // namespace ksampler
