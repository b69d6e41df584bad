#include "host/model/pt2/pt2_network.hpp"
#include "host/nodes/loaders/functions.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

std::vector<Value> run_pt2_loader(const NodeContext& context, const Inputs& in) {
  const std::filesystem::path file = in.text("pt2_name");
  const Model model = find_pt2_model(file, context.device);
  const std::string& name = in.text("parameterization");
  return {name == "default" ? model : with_sampling(model, ModelSampling::named(name))};
}

}  // namespace ksampler
