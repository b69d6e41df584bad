#include "host/base/error.hpp"
#include "host/model/tensors.hpp"
#include "host/nodes/node_list.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

std::vector<Value> run_load_latent(const NodeContext&, const Inputs& in) {
  Latent latent;
  const auto file = SafetensorsFile::open(in.text("latent"));
  latent.samples = load_float(file, "latent_tensor", 4, at::kCPU);
  if (in.has("batch_index")) {
    latent.batch_index = in.integers("batch_index");
    if (static_cast<std::int64_t>(latent.batch_index->size()) != latent.samples.size(0)) {
      throw Error("batch_index has " + std::to_string(latent.batch_index->size()) + " numbers, but " +
                  in.text("latent") + " has " + std::to_string(latent.samples.size(0)) + " latents");
    }
  }
  return {latent};
}

}  // namespace ksampler
