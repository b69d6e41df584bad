// Some rows of the tables are methods that are shipped in a file of their own, too: the same numbers,
// made in another way.
#include "host/conformance/sampler_case.hpp"

#include <gtest/gtest.h>

namespace ksampler::toy {
namespace {

SamplerCase sampler_named(const std::string& plugin, const std::string& id, bool flow) {
  for (const Sampler& sampler :
       samplers_of(std::string(BINARY_DIR) + "/plugins/" + plugin + "/" + plugin + ".so")) {
    if (sampler.info().id == id) return {sampler, flow};
  }
  throw std::invalid_argument("no sampler " + id);
}

// Of steps of several lengths, down to a level above 0: SA-Solver has lower orders towards 0.
Vector sampled(const SamplerCase& sampler_case, const Values& values = {}) {
  Host host;
  set_up(host, sampler_case, 3);
  host.sigmas = sampler_case.flow ? Vector{0.97, 0.9, 0.6, 0.55, 0.3, 0.1}
                                  : Vector{14, 8, 5, 4.5, 2, 0.7, 0.5, 0.1};
  host.denoiser = mixture({{1, 1, 0}, {-1, 0.5, 0.3}, {0.2, -1, 1}}, 0.4, 1, sampler_case.flow);
  EXPECT_EQ(host.sample(*sampler_case.sampler.create(values), sampler_case.info()), KS_OK)
      << host.message;
  return host.x;
}

struct Pair {
  const char* plugin;
  const char* id;
  const char* other_plugin;
  const char* other;
  Values values;  // of the other
  bool flow = false;
  double tolerance = 1e-12;  // some tens of roundings of float64, at a latent of 14
};

void PrintTo(const Pair& pair, std::ostream* out) { *out << pair.id << " and " << pair.other; }

class SameAs : public testing::TestWithParam<Pair> {};

TEST_P(SameAs, TheSamplerInAFileOfItsOwn) {
  const Pair& pair = GetParam();
  const Vector ours = sampled(sampler_named(pair.plugin, pair.id, pair.flow));
  const Vector theirs = sampled(sampler_named(pair.other_plugin, pair.other, pair.flow), pair.values);
  for (std::size_t i = 0; i < ours.size(); ++i) EXPECT_NEAR(ours[i], theirs[i], pair.tolerance);
}

constexpr const char *kExponential = "exponential-runge-kutta", *kAdams = "adams";

INSTANTIATE_TEST_SUITE_P(
    Rows, SameAs,
    testing::Values(
        Pair{kAdams, "adams_bashforth_2", "k-diffusion", "lms", {{"order", 2}}},
        Pair{kAdams, "adams_bashforth_2", "k-diffusion", "lms", {{"order", 2}}, true},
        Pair{kAdams, "res_2m", "exponential", "res_multistep", {}},
        Pair{kAdams,
             "res_2m",
             "exponential",
             "sa_solver",
             {{"eta", 0}, {"predictor_order", 2}, {"corrector_order", 0}}},
        Pair{kAdams,
             "res_2m",
             "exponential",
             "sa_solver",
             {{"eta", 0}, {"predictor_order", 2}, {"corrector_order", 0}},
             true},
        Pair{kExponential, "hochbruck_ostermann_3", "exponential", "seeds_3", {{"eta", 0}}},
        Pair{kExponential, "hochbruck_ostermann_3", "exponential", "seeds_3", {{"eta", 0}}, true},
        Pair{kExponential, "exp_midpoint", "exponential", "seeds_2", {{"eta", 0}, {"r", 0.5}}},
        Pair{kExponential,
             "res_2s",
             "exponential",
             "seeds_2",
             {{"eta", 0}, {"r", 0.5}, {"solver_type", 1}},
             true},
        Pair{kExponential, "exp_midpoint", "k-diffusion", "dpmpp_2s_ancestral", {{"eta", 0}}, true},
        // dpm_2 rounds the level in the middle to float32.
        Pair{kExponential, "exp_midpoint_eps", "k-diffusion", "dpm_2", {}, false, 1e-6}),
    [](const auto& test) {
      return std::string(test.param.id) + "_" + test.param.other + (test.param.flow ? "_flow" : "");
    });

}  // namespace
}  // namespace ksampler::toy
