// ControlNetLoader.
#include "host/model/file/model_file.hpp"
#include "host/model/load/control_source.hpp"
#include "host/nodes/loaders/functions.hpp"
#include "host/nodes/loaders/models.hpp"
#include "host/nodes/values.hpp"

#include <utility>

namespace ksampler {

std::vector<Value> run_control_net_loader(const NodeContext& context, const Inputs& in) {
  const std::filesystem::path file = in.text("control_net_name");
  auto source = std::make_shared<const ControlSource>(open_model_file(file));
  warn_of_surplus(context, in.node(), file, source->surplus());
  return {ControlNetValue(std::move(source))};
}

}  // namespace ksampler
