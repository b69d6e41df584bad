#include "host/model/noising/model_sampling.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

#include <cmath>
#include <functional>
#include <utility>

namespace ksampler {
namespace {

struct Named {
  const char* name;
  std::function<ModelSampling()> make;
};

const std::vector<Named>& known() {
  static const std::vector<Named> all = {
      {"eps", [] { return ModelSampling::discrete(KS_PREDICTION_EPS); }},
      {"v", [] { return ModelSampling::discrete(KS_PREDICTION_V); }},
      {"v_zsnr", [] { return ModelSampling::discrete(KS_PREDICTION_V, {.zero_terminal_snr = true}); }},
      {"edm", [] { return ModelSampling::edm(KS_PREDICTION_EDM); }},
      {"flow", [] { return ModelSampling::flow(); }},
      {"flux", [] { return ModelSampling::flux(); }},
      {"x0", [] { return ModelSampling::discrete(KS_PREDICTION_X0); }},
      {"cosmos_flow", [] { return ModelSampling::cosmos_flow(); }},
  };
  return all;
}

float narrow(double value) { return static_cast<float>(value); }

}  // namespace

struct ModelSampling::State {
  std::shared_ptr<const NoiseLevels> levels;
  std::vector<double> table;
  double sigma_data = 1.0;
  bool consistency = false;
  double noise_scale = 1.0;
  bool scales_input = true;
  ks_model_sampling abi{};

  double percent_to_sigma(double percent) const {
    if (percent <= 0.0) return levels->start();
    if (percent >= 1.0) return 0.0;
    return levels->percent_to_sigma(percent);
  }

  static const State& of(void* context) { return *static_cast<const State*>(context); }
};

ModelSampling::ModelSampling(std::shared_ptr<const State> state) : state_(std::move(state)) {}

ModelSampling ModelSampling::make(std::shared_ptr<const NoiseLevels> levels, std::uint32_t noising,
                                  std::uint32_t prediction, double shift, double sigma_data,
                                  bool consistency) {
  const auto state = std::make_shared<State>();
  state->levels = std::move(levels);
  state->table.assign(state->levels->table().begin(), state->levels->table().end());
  state->sigma_data = sigma_data;
  state->consistency = consistency;
  state->abi = {.size = sizeof(ks_model_sampling),
                .noising = noising,
                .prediction = prediction,
                .sigma_count = static_cast<std::uint32_t>(state->table.size()),
                .sigmas = state->table.data(),
                .sigma_min = state->table.front(),
                .sigma_max = state->table.back(),
                .shift = shift,
                .context = state.get(),
                .sigma = [](void* context, double t) -> double {
                  return State::of(context).levels->sigma(narrow(t));
                },
                .timestep = [](void* context, double s) -> double {
                  return State::of(context).levels->timestep(narrow(s));
                },
                .percent_to_sigma = [](void* context,
                                       double p) { return State::of(context).percent_to_sigma(p); }};
  return ModelSampling(state);
}

template <typename Change>
ModelSampling ModelSampling::changed(Change&& change) const {
  const auto state = std::make_shared<State>(*state_);
  change(*state);
  state->abi.sigmas = state->table.data();
  state->abi.context = state.get();
  return ModelSampling(state);
}

ModelSampling ModelSampling::with_noise_scale(double scale) const {
  return changed([&](State& state) { state.noise_scale = scale; });
}

ModelSampling ModelSampling::named(const std::string& name) {
  for (const Named& entry : known()) {
    if (name == entry.name) return entry.make();
  }
  throw Error(sentence("unknown parameterization '{}'{}", name, suggestion(name, names())));
}

const std::vector<std::string>& ModelSampling::names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> result;
    for (const Named& entry : known()) result.emplace_back(entry.name);
    return result;
  }();
  return names;
}

ModelSampling ModelSampling::discrete(std::uint32_t prediction, const DiscreteBetas& betas) {
  return make(discrete_levels(betas), KS_NOISING_ADDITIVE, prediction, 1.0, 1.0);
}

ModelSampling ModelSampling::table(std::uint32_t prediction, std::vector<float> sigmas) {
  for (std::size_t i = 0; i < sigmas.size(); ++i) {
    const bool rises = i == 0 ? sigmas[i] > 0.0f : sigmas[i] > sigmas[i - 1];
    if (rises && std::isfinite(sigmas[i])) continue;
    throw Error(
        sentence("the table of noise levels has {:f} at timestep {}; expected finite numbers "
                 "above 0 that rise",
                 sigmas[i], i));
  }
  if (sigmas.empty()) throw Error("the table of noise levels is empty");
  return make(table_levels(std::move(sigmas)), KS_NOISING_ADDITIVE, prediction, 1.0, 1.0);
}

ModelSampling ModelSampling::lcm(bool zero_terminal_snr) {
  const DiscreteBetas betas{.zero_terminal_snr = zero_terminal_snr, .stride = 1000 / 50};
  return make(discrete_levels(betas), KS_NOISING_ADDITIVE, KS_PREDICTION_EPS, 1.0, 1.0,
              /*consistency=*/true);
}

ModelSampling ModelSampling::image_to_image(bool zero_terminal_snr) {
  return discrete(KS_PREDICTION_X0, {.zero_terminal_snr = zero_terminal_snr}).changed([](State& state) {
    state.scales_input = false;
  });
}

ModelSampling ModelSampling::edm(std::uint32_t prediction, double sigma_min, double sigma_max,
                                 double sigma_data) {
  return make(edm_levels(sigma_min, sigma_max), KS_NOISING_ADDITIVE, prediction, 1.0, sigma_data);
}

ModelSampling ModelSampling::continuous_v(double sigma_min, double sigma_max) {
  return make(angle_levels(sigma_min, sigma_max), KS_NOISING_ADDITIVE, KS_PREDICTION_V, 1.0, 1.0);
}

ModelSampling ModelSampling::cosmos_flow(double sigma_min, double sigma_max) {
  return make(cosmos_levels(sigma_min, sigma_max), KS_NOISING_ADDITIVE, KS_PREDICTION_FLOW, 1.0, 1.0);
}

ModelSampling ModelSampling::flow(double shift, double multiplier) {
  return make(flow_levels(shift, multiplier), KS_NOISING_FLOW, KS_PREDICTION_FLOW, shift, 1.0);
}

ModelSampling ModelSampling::flux(double shift) {
  return make(flux_levels(shift), KS_NOISING_FLOW, KS_PREDICTION_FLOW, shift, 1.0);
}

const ks_model_sampling* ModelSampling::abi() const { return &state_->abi; }
double ModelSampling::sigma_data() const { return state_->sigma_data; }
double ModelSampling::noise_scale() const { return state_->noise_scale; }
bool ModelSampling::scales_input() const { return state_->scales_input; }
std::optional<Consistency> ModelSampling::consistency(double sigma) const {
  if (!state_->consistency) return std::nullopt;
  constexpr double s = 0.5;
  const double t = 10.0 * timestep(sigma);
  const double square = t * t + s * s;
  return Consistency{.c_skip = s * s / square, .c_out = t / std::sqrt(square)};
}
double ModelSampling::sigma(double timestep) const { return state_->levels->sigma(narrow(timestep)); }
double ModelSampling::timestep(double sigma) const { return state_->levels->timestep(narrow(sigma)); }
double ModelSampling::percent_to_sigma(double percent) const {
  return state_->percent_to_sigma(percent);
}

Noising ModelSampling::noising(double sigma) const {
  return {.latent = is_flow() ? 1.0 - sigma : 1.0, .noise = sigma};
}

NoiseScaling ModelSampling::noise_scaling(double sigma, bool at_maximum) const {
  const double scale = noise_scale();
  if (is_flow()) return {.noise = scale * sigma, .latent = 1.0 - sigma};
  // Cosmos' flow is additive, but its latents were never scaled to unit variance at the maximum.
  if (!at_maximum || prediction() == KS_PREDICTION_FLOW) {
    return {.noise = scale * sigma, .latent = 1.0};
  }
  const float s = narrow(sigma);
  return {.noise = scale * std::sqrt(1.0F + s * s), .latent = 1.0};
}

double ModelSampling::inverse_noise_scaling(double sigma) const {
  if (!is_flow()) return 1.0;
  if (sigma >= 1.0) {
    throw Error(sentence(
        "the last sigma is {:f}; a flow model has no latent left at 1: expected a last sigma below 1",
        sigma));
  }
  return 1.0 / (1.0 - sigma);
}

}  // namespace ksampler
