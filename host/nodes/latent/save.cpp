#include "host/base/error.hpp"
#include "host/nodes/latent/functions.hpp"
#include "host/nodes/latent/latent_file.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

std::vector<Value> run_save_latent(const NodeContext& context, const Inputs& in) {
  const auto& latent = in.link<LatentValue>("samples");
  if (latent.layers != 1) {
    throw Error(
        "a file of a latent does not say how many layers it has; put LatentCutToBatch, with dim 't', "
        "before");
  }
  const auto file = write_latent(context, latent, in.text("filename_prefix"));
  context.reporter.file_written(in.node(), file);
  return {};
}

}  // namespace ksampler
