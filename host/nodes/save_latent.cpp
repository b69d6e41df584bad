#include "host/files/output.hpp"
#include "host/model/tensors.hpp"
#include "host/nodes/node_list.hpp"
#include "host/nodes/record.hpp"
#include "host/nodes/values.hpp"

#include <ATen/ops/empty.h>

namespace ksampler {

std::vector<Value> run_save_latent(const NodeContext& context, const Inputs& in) {
  const at::Tensor samples = in.link<LatentValue>("samples").samples.contiguous();
  // ComfyUI's mark of a latent that is not scaled by a model's factor: an empty tensor.
  const at::Tensor version = at::empty({0});
  const auto bytes = safetensors_bytes(
      {{"latent_tensor", view_of(samples)}, {"latent_format_version_0", view_of(version)}},
      record_of(context, in.text("filename_prefix")));
  const auto file = write_numbered(context.options.out, in.text("filename_prefix"), ".latent", bytes);
  context.reporter.file_written(in.node(), file);
  return {};
}

}  // namespace ksampler
