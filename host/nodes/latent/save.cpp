#include "host/nodes/latent/functions.hpp"
#include "host/nodes/latent/latent_file.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

std::vector<Value> run_save_latent(const NodeContext& context, const Inputs& in) {
  const auto file = write_latent(context, in.link<LatentValue>("samples"), in.text("filename_prefix"));
  context.reporter.file_written(in.node(), file);
  return {};
}

}  // namespace ksampler
