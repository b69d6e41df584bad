#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/nodes/conditioning/functions.hpp"
#include "host/nodes/values.hpp"

#include <algorithm>

namespace ksampler {

std::vector<Value> run_class_conditioning(const NodeContext&, const Inputs& in) {
  const std::string& name = in.text("class");
  Conditioning conditioning;
  conditioning.label = -1;  // any
  if (!name.empty()) {
    const auto& classes = in.link<ModelValue>("model").source->classes();
    const auto found = std::find(classes.begin(), classes.end(), name);
    if (found == classes.end())
      throw Error(sentence("unknown class '{}'{}", name, suggestion(name, classes)));
    conditioning.label = found - classes.begin();
  }
  return {ConditioningValue{conditioning}};
}

}  // namespace ksampler
