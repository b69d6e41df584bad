#include "host/files/output.hpp"
#include "host/model/tensors.hpp"
#include "host/nodes/filename_prefix.hpp"
#include "host/nodes/node_list.hpp"
#include "host/nodes/record.hpp"
#include "host/nodes/values.hpp"

#include <ATen/ops/empty.h>

namespace ksampler {

std::vector<Value> run_save_latent(const NodeContext& context, const Inputs& in) {
  const at::Tensor samples = in.link<LatentValue>("samples").samples.contiguous();
  const std::string prefix = expanded_prefix(
      in.text("filename_prefix"), context.pipeline,
      {.width = 8 * samples.size(3), .height = 8 * samples.size(2), .time = local_time()});
  // ComfyUI's mark of a latent that is not scaled by a model's factor: an empty tensor.
  const at::Tensor version = at::empty({0});
  const auto bytes = safetensors_bytes(
      {{"latent_tensor", view_of(samples)}, {"latent_format_version_0", view_of(version)}},
      record_of(context, prefix));
  const auto file = write_numbered(context.options.out, prefix, ".latent", bytes);
  context.reporter.file_written(in.node(), file);
  return {};
}

}  // namespace ksampler
