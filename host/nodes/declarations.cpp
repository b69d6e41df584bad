#include "host/nodes/declarations.hpp"

#include "host/nodes/basic_guider.hpp"
#include "host/nodes/basic_scheduler.hpp"
#include "host/nodes/cfg_guider.hpp"
#include "host/nodes/class_conditioning.hpp"
#include "host/nodes/conditioning_combine.hpp"
#include "host/nodes/conditioning_set_area.hpp"
#include "host/nodes/conditioning_set_mask.hpp"
#include "host/nodes/conditioning_set_timestep_range.hpp"
#include "host/nodes/disable_noise.hpp"
#include "host/nodes/dual_cfg_guider.hpp"
#include "host/nodes/empty_latent_image.hpp"
#include "host/nodes/flip_sigmas.hpp"
#include "host/nodes/get_node.hpp"
#include "host/nodes/image_grid.hpp"
#include "host/nodes/image_scale.hpp"
#include "host/nodes/ksampler.hpp"
#include "host/nodes/ksampler_advanced.hpp"
#include "host/nodes/ksampler_select.hpp"
#include "host/nodes/latent_add.hpp"
#include "host/nodes/latent_blend.hpp"
#include "host/nodes/latent_composite.hpp"
#include "host/nodes/latent_composite_masked.hpp"
#include "host/nodes/latent_from_batch.hpp"
#include "host/nodes/latent_interpolate.hpp"
#include "host/nodes/latent_multiply.hpp"
#include "host/nodes/latent_preview.hpp"
#include "host/nodes/latent_subtract.hpp"
#include "host/nodes/latent_upscale.hpp"
#include "host/nodes/latent_upscale_by.hpp"
#include "host/nodes/load_image.hpp"
#include "host/nodes/load_latent.hpp"
#include "host/nodes/load_mask.hpp"
#include "host/nodes/manual_sigmas.hpp"
#include "host/nodes/picture_denoiser.hpp"
#include "host/nodes/preview_image.hpp"
#include "host/nodes/random_noise.hpp"
#include "host/nodes/repeat_latent_batch.hpp"
#include "host/nodes/reroute.hpp"
#include "host/nodes/sampler_custom_advanced.hpp"
#include "host/nodes/save_image.hpp"
#include "host/nodes/save_latent.hpp"
#include "host/nodes/set_latent_noise_mask.hpp"
#include "host/nodes/set_node.hpp"
#include "host/nodes/split_sigmas.hpp"
#include "host/nodes/split_sigmas_denoise.hpp"
#include "host/nodes/toy_conditioning.hpp"
#include "host/nodes/toy_denoiser.hpp"

namespace ksampler {

const std::vector<NodeDecl>& node_declarations() {
  static const std::vector<NodeDecl> declarations = {
#define NODE(name, Type) name##_decl(),
#include "host/nodes/nodes.def"
#undef NODE
  };
  return declarations;
}

}  // namespace ksampler
