// The small functions that samplers share, against their definitions.
#include <ks/history.hpp>
#include <ks/math.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

TEST(Phi, IsTheIntegralThatDefinesIt) {
  // phi_k(h) = integral from 0 to 1 of exp((1 - t) h) t^(k-1) / (k-1)!
  const ks::GaussLegendre quadrature(24);
  for (const double h : {-9.0, -2.0, -1.0, -0.999, -1e-3, -1e-9, 1e-6, 0.5, 1.0, 3.0}) {
    double factorial = 1;
    for (int k = 1; k <= 4; ++k) {
      const double integral = quadrature.integral(
          [&](double t) { return std::exp((1 - t) * h) * std::pow(t, k - 1) / factorial; }, 0, 1);
      // The recursion loses digits where it divides by a small h: at 1, the least, a few.
      EXPECT_NEAR(ks::phi(k, h), integral, 1e-13 * std::exp(std::max(h, 0.0))) << k << " " << h;
      factorial *= k;
    }
  }
  EXPECT_EQ(ks::phi(0, 0), 1);
  EXPECT_EQ(ks::phi(3, 0), 1.0 / 6);
}

TEST(GaussLegendre, IsExactForPolynomialsBelowTwiceItsPoints) {
  for (int points = 1; points <= 50; ++points) {
    const ks::GaussLegendre quadrature(points);
    for (const int degree : {0, points, 2 * points - 1}) {
      const double exact = (std::pow(2.0, degree + 1) - 1) / (degree + 1);
      const double found = quadrature.integral([&](double t) { return std::pow(t, degree); }, 1, 2);
      EXPECT_NEAR(found / exact, 1, 1e-12) << points << " points, degree " << degree;
    }
  }
}

TEST(Lagrange, IsOneAtItsNodeAndZeroAtTheOthers) {
  const std::vector<double> nodes = {3.0, 1.5, 0.2};
  for (std::size_t j = 0; j < nodes.size(); ++j) {
    for (std::size_t k = 0; k < nodes.size(); ++k) {
      EXPECT_EQ(ks::lagrange(nodes, j, nodes[k]), j == k ? 1 : 0);
    }
  }
}

TEST(AncestralStep, KeepsTheVarianceOfTheNextLevel) {
  for (const double eta : {0.0, 0.3, 1.0, 5.0}) {
    const auto [down, up, scale] = ks::ancestral_step(4.0, 2.5, eta);
    EXPECT_NEAR(down * down + up * up, 2.5 * 2.5, 1e-12);
    EXPECT_EQ(scale, 1);
  }
  EXPECT_EQ(ks::ancestral_step(4.0, 2.5, 0).sigma_down, 2.5);
  EXPECT_NEAR(ks::ancestral_step(4.0, 2.5, 1).sigma_down, 2.5 * 2.5 / 4.0, 1e-12);  // DDPM's posterior
  EXPECT_EQ(ks::ancestral_step(4.0, 2.5, 100).sigma_down, 0);
  EXPECT_EQ(ks::ancestral_step(4.0, 0.0, 1).sigma_up, 0);
}

TEST(AncestralStep, OfAFlowKeepsWeightAndVarianceOfTheNextLevel) {
  for (const double eta : {0.0, 0.3, 1.0}) {
    const auto [down, up, scale] = ks::flow_ancestral_step(0.8, 0.5, eta);
    EXPECT_NEAR(scale * (1 - down), 1 - 0.5, 1e-12);
    EXPECT_NEAR(scale * scale * down * down + up * up, 0.5 * 0.5, 1e-12);
  }
  EXPECT_EQ(ks::flow_ancestral_step(1.0, 0.0, 1).sigma_up, 0);
}

TEST(AncestralStep, RefusesRisingSigmas) {
  EXPECT_THROW(ks::ancestral_step(1.0, 2.0, 1), std::runtime_error);
  EXPECT_THROW(ks::flow_ancestral_step(0.3, 0.4, 0.5), std::runtime_error);
  EXPECT_EQ(ks::ancestral_step(1.0, 2.0, 0).sigma_down, 2.0);
}

TEST(Res2, MeetsTheOrderConditions) {
  // Zhang et al. 2023: b_1 + b_2 = phi_1(-h), and c_2 b_2 = phi_2(-h).
  const auto [h, b_1, b_2] = ks::res_2(9.0, 5.0, 5.0, 2.0);
  EXPECT_NEAR(h, std::log(2.5), 1e-15);
  EXPECT_NEAR(b_1 + b_2, ks::phi(1, -h), 1e-15);
  EXPECT_NEAR(b_2 * std::log(5.0 / 9.0) / h, ks::phi(2, -h), 1e-15);
}

TEST(HalfLogSnr, TurnsSigmasIntoLambdasAndBack) {
  for (const bool flow : {false, true}) {
    const ks::HalfLogSnr snr{flow};
    for (const double sigma : {0.999, 0.5, 0.01}) {
      EXPECT_NEAR(snr.sigma(snr.lambda(sigma)), sigma, 1e-14);
      EXPECT_NEAR(sigma * std::exp(snr.lambda(sigma)), snr.alpha(sigma), 1e-14);
    }
  }
}

TEST(History, KeepsTheLastAndForgetsTheOldest) {
  ks::History<std::string> history(2);
  history.push("a");
  EXPECT_EQ(history.size(), 1u);
  history.push("b");
  history.push("c");
  EXPECT_EQ(history.size(), 2u);
  EXPECT_EQ(history[0], "c");
  EXPECT_EQ(history[1], "b");
  history.newest() = "d";
  EXPECT_EQ(history[0], "d");
}

}  // namespace
