// DPM-Solver-v3: exact where its statistics are, the older solvers where they are those, and the
// numbers of the authors' code.
#include "host/conformance/sampler_case.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace ksampler::toy {
namespace {

Sampler dpm_solver_named(const std::string& plugin, const std::string& id) {
  for (const Sampler& sampler :
       samplers_of(std::string(BINARY_DIR) + "/plugins/" + plugin + "/" + plugin + ".so")) {
    if (sampler.info().id == id) return sampler;
  }
  throw std::invalid_argument("no sampler " + id);
}

// Where a run of it ends.
Vector end_of(const Sampler& sampler, bool flow, const Denoiser& denoiser, const Vector& sigmas,
              const Vector& x, const Values& values, const Lists& lists = {}) {
  Host host;
  host.flow = flow;
  host.sigmas = sigmas;
  host.x = x;
  host.denoiser = denoiser;
  EXPECT_EQ(host.sample(*sampler.create(values, lists), sampler.info()), KS_OK) << host.message;
  return host.x;
}

const Sampler& v3() {
  static const Sampler sampler = dpm_solver_named("dpm-solver-v3", "dpm_solver_v3");
  return sampler;
}

const Vector kStart = {11, -7, 3};
const Vector kLevels = {14, 8, 5, 4.5, 2, 0.7, 0.5, 0.1};
const Vector kFlowLevels = {0.97, 0.9, 0.6, 0.55, 0.3, 0.1};

Denoiser modes() { return mixture({{1, 1, 0}, {-1, 0.5, 0.3}, {0.2, -1, 1}}, 0.4, 1, false); }

TEST(DpmSolverV3, IsExactOnGaussianDataOfItsStandardDeviationWhateverTheirMean) {
  for (const bool flow : {false, true}) {
    const Vector sigmas = flow ? Vector{0.97, 0.2} : Vector{14, 0.5};  // a single step
    for (const double mean : {0.0, 0.3, -5.0}) {
      for (const double std : {0.5, 1.0, 3.0}) {
        const Vector end = end_of(v3(), flow, gaussian(mean, std, flow), sigmas, kStart,
                                  {{"data_std", std}, {"order", 1}});
        for (std::size_t i = 0; i < end.size(); ++i) {
          // The integrals are right to 1e-8, times a latent of 11.
          EXPECT_NEAR(end[i], gaussian_flow(mean, std, flow, kStart[i], sigmas[0], sigmas[1]), 2e-7)
              << "mean " << mean << ", std " << std;
        }
      }
    }
  }
}

// l = 1, s = 0, in one number beyond which nothing changes. Of second order RES multistep, which starts
// like it; of third SA-Solver's predictor without noise.
TEST(DpmSolverV3, IsTheSolverOfThePredictedPictureWhereItsStatisticsSaySo) {
  const Lists lists = {{"lambdas", {0}}, {"l", {1}}, {"s", {0}}};
  const Vector second = end_of(v3(), false, modes(), kLevels, kStart, {{"order", 2}}, lists);
  const Vector res =
      end_of(dpm_solver_named("exponential", "res_multistep"), false, modes(), kLevels, kStart, {});
  const Vector third = end_of(v3(), false, modes(), kLevels, kStart, {}, lists);
  const Vector sa = end_of(dpm_solver_named("exponential", "sa_solver"), false, modes(), kLevels,
                           kStart, {{"eta", 0}, {"predictor_order", 3}, {"corrector_order", 0}});
  for (std::size_t i = 0; i < kStart.size(); ++i) {
    // The integrals are right to 1e-9, times a latent of 11.
    EXPECT_NEAR(second[i], res[i], 2e-8);
    EXPECT_NEAR(third[i], sa[i], 2e-8);
  }
}

// l = 0, s = -1: the exponential method of the predicted noise, its first step DDIM's.
TEST(DpmSolverV3, IsTheSolverOfThePredictedNoiseWhereItsStatisticsSaySo) {
  const Lists lists = {{"lambdas", {0}}, {"l", {0}}, {"s", {-1}}};
  const Vector got = end_of(v3(), false, modes(), kLevels, kStart, {{"order", 1}}, lists);
  const Vector euler =
      end_of(dpm_solver_named("k-diffusion", "euler"), false, modes(), kLevels, kStart, {});
  for (std::size_t i = 0; i < kStart.size(); ++i) EXPECT_NEAR(got[i], euler[i], 2e-8);
}

// github.com/thu-ml/DPM-Solver-v3 at ba16871, dpm_solver_v3.py in float64, without the corrector, with
// these statistics at 70001 points.
TEST(DpmSolverV3, GivesTheNumbersOfTheAuthorsCode) {
  const Lists lists = {{"lambdas", {-2.5, -1, 0.5, 2}},
                       {"l", {0.95, 0.8, 0.5, 0.2}},
                       {"s", {-0.1, -0.5, -0.9, -1.2}},
                       {"b", {0.05, -0.1, 0.2, 0.1}}};
  Vector sigmas;
  constexpr int kSteps = 7;
  for (int i = 0; i <= kSteps; ++i) sigmas.push_back(14 * std::pow(0.1 / 14, i / double{kSteps}));
  const Vector expected[] = {{0.428455833439, -0.598413042670, 0.621230212007},
                             {0.495656077863, -0.705862291734, 0.759984209210},
                             {0.528627697924, -0.744844106624, 0.819229066424}};
  for (const int order : {1, 2, 3}) {
    const Vector end = end_of(v3(), false, modes(), sigmas, kStart, {{"order", order}}, lists);
    for (std::size_t i = 0; i < end.size(); ++i) {
      // Its trapezoidal rule over parts of 7e-5 is right to 1e-8; ours has a kink within a part of
      // 0.02, by which an integral is off by some 0.02^2 / 12 times what the slope changes by.
      EXPECT_NEAR(end[i], expected[order - 1][i], 3e-6) << "order " << order;
    }
  }
}

TEST(DpmSolverV3, SaysWhatItsStatisticsLack) {
  const auto message = [](const Lists& lists) {
    Host host;
    host.sigmas = kLevels;
    host.x = kStart;
    host.denoiser = modes();
    EXPECT_EQ(host.sample(*v3().create({}, lists), v3().info()), KS_ERROR);
    return host.message;
  };
  EXPECT_EQ(message({{"l", {1}}, {"s", {0}}}), "statistics need `lambdas`, where they are known");
  EXPECT_EQ(message({{"lambdas", {0, 1}}, {"l", {1}}, {"s", {0, 0}}}),
            "`l` has 1 numbers; expected as many as `lambdas`, 2");
  EXPECT_EQ(message({{"lambdas", {1, 1}}, {"l", {1, 1}}, {"s", {0, 0}}}), "`lambdas` do not rise");
}

}  // namespace
}  // namespace ksampler::toy
