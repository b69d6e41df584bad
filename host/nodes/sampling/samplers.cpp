// The nodes that give a sampler with its parameters.
#include "host/nodes/sampling/functions.hpp"
#include "host/nodes/sampling/named_params.hpp"
#include "host/nodes/values.hpp"

#include <map>
#include <memory>

namespace ksampler {
namespace {

struct SamplerFace {
  std::string sampler;
  std::vector<std::string> params;
  bool draws_on_device = false;  // 'noise_device' chooses between it and "<sampler>_gpu"
};

const std::map<std::string, SamplerFace>& sampler_faces() {
  static const std::map<std::string, SamplerFace> table = {
      {"SamplerDPMAdaptative",
       {"dpm_adaptive",
        {"order", "rtol", "atol", "h_init", "pcoeff", "icoeff", "dcoeff", "accept_safety", "eta",
         "s_noise"}}},
      {"SamplerDPMPP_2M_SDE", {"dpmpp_2m_sde", {"solver_type", "eta", "s_noise"}, true}},
      {"SamplerDPMPP_2S_Ancestral", {"dpmpp_2s_ancestral", {"eta", "s_noise"}}},
      {"SamplerDPMPP_3M_SDE", {"dpmpp_3m_sde", {"eta", "s_noise"}, true}},
      {"SamplerDPMPP_SDE", {"dpmpp_sde", {"eta", "s_noise", "r"}, true}},
      {"SamplerEulerAncestral", {"euler_ancestral", {"eta", "s_noise"}}},
      {"SamplerEulerAncestralCFGPP", {"euler_ancestral_cfg_pp", {"eta", "s_noise"}}},
      {"SamplerLCM", {"lcm", {"s_noise", "s_noise_end", "noise_clip_std"}}},
      {"SamplerLMS", {"lms", {"order"}}},
      {"SamplerSASolver",
       {"sa_solver",
        {"eta", "sde_start_percent", "sde_end_percent", "s_noise", "predictor_order", "corrector_order",
         "use_pece", "simple_order_2"}}},
      {"SamplerSEEDS2", {"seeds_2", {"solver_type", "eta", "s_noise", "r"}}},
  };
  return table;
}

}  // namespace

std::vector<Value> run_ksampler_select(const NodeContext&, const Inputs& in) {
  return {chosen(in.plugin("sampler_name"))};
}

std::vector<Value> run_sampler_around(const NodeContext& context, const Inputs& in) {
  Chosen outer = chosen(in.plugin("sampler_name"));
  outer.inside = std::make_shared<const Chosen>(in.link<SamplerValue>("sampler"));
  make_inside_sampler(context.registry, outer);  // what does not fit is said here, not where it samples
  return {outer};
}

std::vector<Value> run_sampler_face(const NodeContext&, const Inputs& in) {
  const SamplerFace& face = sampler_faces().at(in.node().decl->type);
  const bool on_device = face.draws_on_device && in.text("noise_device") == "gpu";
  return {SamplerValue{face.sampler + (on_device ? "_gpu" : ""), named_params(in, face.params)}};
}

// ComfyUI's node leaves 'eta' to the reverse-time SDE; where it is 0, as with the ODE, there is no
// noise.
std::vector<Value> run_sampler_er_sde(const NodeContext&, const Inputs& in) {
  const bool is_reverse_time = in.text("solver_type") == "Reverse-time SDE";
  std::vector<std::string> names = {"solver_type", "max_stage", "s_noise"};
  if (is_reverse_time) names.emplace_back("eta");
  return {SamplerValue{"er_sde", named_params(in, names)}};
}

}  // namespace ksampler
