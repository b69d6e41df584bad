// Guiders, which shape a model's predictions: Guider, by name, and ComfyUI's nodes as faces of them.
#include "host/nodes/sampling/functions.hpp"
#include "host/nodes/sampling/named_params.hpp"
#include "host/nodes/values.hpp"

#include <algorithm>
#include <map>

namespace ksampler {
namespace {

struct Face {
  std::string guider;
  std::vector<std::string> params;
  std::vector<std::pair<std::string, double>> fixed = {};  // what the node has no input for
};

const std::map<std::string, Face>& guider_faces() {
  static const std::map<std::string, Face> table = {
      {"APG", {"apg", {"eta", "norm_threshold", "momentum"}}},
      {"CFGNorm", {"cfg_norm", {"strength"}}},
      {"CFGOverride", {"cfg_override", {"cfg", "start_percent", "end_percent"}}},
      {"CFGZeroStar", {"cfg_zero_star", {}, {{"scaled", 1.0}}}},  // D, not the velocity
      {"Epsilon Scaling", {"epsilon_scaling", {"scaling_factor"}}},
      {"FreSca", {"fresca", {"scale_low", "scale_high", "freq_cutoff"}}},
      {"Mahiro", {"mahiro", {}}},
      {"PerpNeg", {"perp_neg", {"neg_scale"}}},
      {"PerturbedAttentionGuidance", {"perturbed_attention", {"scale"}}},
      {"RenormCFG", {"renorm_cfg", {"cfg_trunc", "renorm_cfg"}}},
      {"RescaleCFG", {"rescale_cfg", {"multiplier"}}},
      {"TCFG", {"tcfg", {}}},
      {"TemporalScoreRescaling", {"temporal_score_rescaling", {"tsr_k", "tsr_sigma"}}},
  };
  return table;
}

std::vector<Value> guided(const Inputs& in, ModelGuider guider) {
  ModelValue model = in.link<ModelValue>("model");
  const auto& inputs = in.node().decl->inputs;
  const auto take = [&](const char* name, ConditioningList& prompt) {
    const bool is_input =
        std::ranges::any_of(inputs, [&](const InputDecl& each) { return each.name == name; });
    if (is_input && in.has(name)) prompt = in.link<ConditioningValue>(name);
  };
  take("empty_conditioning", guider.empty);
  take("second_conditioning", guider.second);
  model.guiders.push_back(std::move(guider));
  return {model};
}

}  // namespace

std::vector<Value> run_guider(const NodeContext&, const Inputs& in) {
  const PluginChoice& choice = in.plugin("guider");
  return guided(in, {choice.name, choice.params});
}

std::vector<Value> run_guider_face(const NodeContext&, const Inputs& in) {
  const Face& face = guider_faces().at(in.node().decl->type);
  ModelGuider guider{face.guider, {}};
  for (const auto& [id, value] : face.fixed) guider.params.emplace_back(id, value);
  for (const NamedParam& param : named_params(in, face.params)) {
    guider.params.emplace_back(param.id, param.value);
  }
  return guided(in, std::move(guider));
}

}  // namespace ksampler
