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
#include "host/nodes/image_grid.hpp"
#include "host/nodes/ksampler.hpp"
#include "host/nodes/ksampler_advanced.hpp"
#include "host/nodes/ksampler_select.hpp"
#include "host/nodes/latent_preview.hpp"
#include "host/nodes/load_latent.hpp"
#include "host/nodes/load_mask.hpp"
#include "host/nodes/manual_sigmas.hpp"
#include "host/nodes/picture_denoiser.hpp"
#include "host/nodes/random_noise.hpp"
#include "host/nodes/sampler_custom_advanced.hpp"
#include "host/nodes/save_image.hpp"
#include "host/nodes/save_latent.hpp"
#include "host/nodes/set_latent_noise_mask.hpp"
#include "host/nodes/split_sigmas.hpp"
#include "host/nodes/split_sigmas_denoise.hpp"
#include "host/nodes/toy_conditioning.hpp"
#include "host/nodes/toy_denoiser.hpp"

namespace ksampler {

const std::vector<NodeDecl>& node_declarations() {
  static const std::vector<NodeDecl> declarations = {
      basic_guider_decl(),
      basic_scheduler_decl(),
      cfg_guider_decl(),
      class_conditioning_decl(),
      conditioning_combine_decl(),
      conditioning_set_area_decl(),
      conditioning_set_mask_decl(),
      conditioning_set_timestep_range_decl(),
      disable_noise_decl(),
      dual_cfg_guider_decl(),
      empty_latent_image_decl(),
      flip_sigmas_decl(),
      image_grid_decl(),
      ksampler_decl(),
      ksampler_advanced_decl(),
      ksampler_select_decl(),
      latent_preview_decl(),
      load_latent_decl(),
      load_mask_decl(),
      manual_sigmas_decl(),
      picture_denoiser_decl(),
      random_noise_decl(),
      sampler_custom_advanced_decl(),
      save_image_decl(),
      save_latent_decl(),
      set_latent_noise_mask_decl(),
      split_sigmas_decl(),
      split_sigmas_denoise_decl(),
      toy_conditioning_decl(),
      toy_denoiser_decl(),
  };
  return declarations;
}

}  // namespace ksampler
