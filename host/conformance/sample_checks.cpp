// A sample: from noise to one of a few small pictures, the only data that the model knows.
#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/runs.hpp"

#include <algorithm>
#include <cmath>

namespace ksampler::conformance {
namespace {

constexpr std::size_t kSide = 16;
constexpr double kSpread = 0.05;  // how far data lie around each picture
constexpr std::uint32_t kSampleSteps = 20;
constexpr std::uint32_t kShown[] = {0, 4, 8, 12, 16};  // steps whose latent is drawn, and the end

// A disc, a ring, a cross and a chequer, -1 and 1.
Vector picture(std::size_t which) {
  Vector pixels;
  for (std::size_t row = 0; row < kSide; ++row) {
    for (std::size_t column = 0; column < kSide; ++column) {
      const double v = static_cast<double>(row) - 7.5, u = static_cast<double>(column) - 7.5;
      const double radius = std::hypot(u, v);
      const bool set[] = {radius<6, radius> 3.5 && radius < 7, std::min(std::abs(u), std::abs(v)) < 2,
                          (row / 4 + column / 4) % 2 == 0};
      pixels.push_back(set[which] ? 1 : -1);
    }
  }
  return pixels;
}

// The exact denoiser of Gaussians around the pictures. Distances in 256 dimensions are large: the
// weights are taken relative to the nearest.
toy::Denoiser denoiser(const std::vector<Vector>& pictures, bool flow) {
  return [=](const Vector& x, double sigma) {
    const toy::Mixing mixing(flow, sigma);
    Vector logs;
    for (const Vector& mean : pictures) {
      double distance = 0;
      for (std::size_t i = 0; i < x.size(); ++i) distance += std::pow(x[i] - mixing.a * mean[i], 2);
      logs.push_back(-distance / (2 * mixing.variance(kSpread)));
    }
    const double top = *std::max_element(logs.begin(), logs.end());
    double total = 0;
    for (double& weight : logs) total += weight = std::exp(weight - top);
    Vector denoised(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      double mean = 0;
      for (std::size_t k = 0; k < pictures.size(); ++k) mean += logs[k] / total * pictures[k][i];
      denoised[i] = toy::posterior_mean(mean, kSpread, mixing, x[i]);
    }
    return denoised;
  };
}

double distance(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum / static_cast<double>(a.size()));
}

Result draws_a_picture(const Subject& subject) {
  const std::vector<Vector> pictures = {picture(0), picture(1), picture(2), picture(3)};
  Result result = pass();
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    Host host;
    host.flow = sampler_case.flow;
    host.sigmas = toy::schedule_to_zero(sampler_case.flow, kSampleSteps);
    host.denoiser = denoiser(pictures, sampler_case.flow);
    if (sampler_case.info().noise == KS_NOISE_BROWNIAN) host.noise = toy::BrownianPath(3);
    host.x = toy::normal_noise(5)(0, 0, kSide * kSide);
    for (double& element : host.x) element *= host.sigmas.front();
    const bool drawn = result.curves.empty();  // for one kind of model
    const auto draw = [&](double sigma, const Vector& x) {
      if (drawn) result.curves.push_back({"sigma " + number(sigma), "sample", {kSide}, x, 0});
    };
    host.on_step = [&](const ks_step& step) {
      if (std::find(std::begin(kShown), std::end(kShown), step.index) != std::end(kShown)) {
        draw(step.sigma, step.x->values);
      }
    };
    run_fine(host, sampler_case);
    draw(host.sigmas.back(), host.x);
    double nearest = INFINITY;
    for (const Vector& one : pictures) nearest = std::min(nearest, distance(host.x, one));
    // The data are 0.05 from a picture; blending in a twentieth of another is 0.1.
    if (nearest <= 0.2) continue;
    result.outcome = Outcome::fail;
    result.detail =
        sentence("{}ends {} from the nearest picture", where(sampler_case), number(nearest));
    return result;
  }
  return result;
}

}  // namespace

Checks sample_checks() {
  return {
      {"draws-a-picture", "numerics", Scope::sampler,
       "With a model that knows four pictures, 20 steps from noise end at one of them.",
       draws_a_picture},
  };
}

}  // namespace ksampler::conformance
