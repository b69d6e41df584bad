#include "host/nodes/declarations.hpp"

#include <algorithm>
#include <iterator>

namespace ksampler {
namespace {

std::vector<NodeDecl> all_declarations() {
  std::vector<NodeDecl> all;
  for (const auto folder :
       {conditioning_declarations, control_declarations, image_declarations, latent_declarations,
        loaders_declarations, mask_declarations, model_declarations, packs_declarations,
        sampling_declarations, utils_declarations}) {
    std::ranges::move(folder(), std::back_inserter(all));
  }
  std::ranges::sort(all, {}, &NodeDecl::type);
  return all;
}

}  // namespace

const std::vector<NodeDecl>& node_declarations() {
  static const std::vector<NodeDecl> declarations = all_declarations();
  return declarations;
}

}  // namespace ksampler
