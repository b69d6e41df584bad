// SPDX-License-Identifier: Apache-2.0
//
// Implicit Runge-Kutta methods by order. Only those that ask the model within the step: Crouzeix's of
// fourth order with three stages asks beyond its end, where there may be no noise level.
#include "tableau.hpp"

#include <numbers>

namespace solvers {
namespace {

constexpr double r2 = std::numbers::sqrt2;
constexpr double r3 = std::numbers::sqrt3;
constexpr double r5 = 2.23606797749978969641;   // sqrt(5)
constexpr double r6 = 2.44948974278317809820;   // sqrt(6)
constexpr double r15 = 3.87298334620741688518;  // sqrt(15)

constexpr const char* kHairerWanner =
    "Hairer and Wanner, Solving Ordinary Differential Equations II, IV.5";

// gamma on the diagonal
constexpr double g2 = 1 - r2 / 2;                  // of the L-stable ones of second order
constexpr double g3 = (3 + r3) / 6;                // of third order with two stages
constexpr double gl = 0.435866521508458999416019;  // x^3 - 3 x^2 + 3/2 x - 1/6 = 0, Alexander's

}  // namespace

const std::vector<Tableau>& implicit_tableaux() {
  static const std::vector<Tableau> tableaux = {
      {"implicit_midpoint", "Implicit midpoint", kHairerWanner, 2, {{1.0 / 2}}, {1}},
      {"trapezoid",
       "Trapezoid",
       "Lobatto IIIA with two stages: the rule of Crank and Nicolson 1947",
       2,
       {{0, 0}, {1.0 / 2, 1.0 / 2}},
       {1.0 / 2, 1.0 / 2}},
      {"lobatto_iiic_2",
       "Lobatto IIIC 2",
       kHairerWanner,
       2,
       {{1.0 / 2, -1.0 / 2}, {1.0 / 2, 1.0 / 2}},
       {1.0 / 2, 1.0 / 2}},
      {"alexander_2",
       "Alexander 2",
       "Alexander 1977, Diagonally Implicit Runge-Kutta Methods for Stiff ODEs",
       2,
       {{g2, 0}, {1 - g2, g2}},
       {1 - g2, g2}},
      {"qin_zhang_2",
       "Qin-Zhang 2",
       "Qin and Zhang 1992, symplectic",
       2,
       {{1.0 / 4, 0}, {1.0 / 2, 1.0 / 4}},
       {1.0 / 2, 1.0 / 2}},
      {"pareschi_russo_2",
       "Pareschi-Russo 2",
       "Pareschi and Russo 2005, the implicit part of SSP2(2,2,2)",
       2,
       {{g2, 0}, {1 - 2 * g2, g2}},
       {1.0 / 2, 1.0 / 2}},
      {"tr_bdf2",
       "TR-BDF2",
       "Bank et al. 1985; Hosea and Shampine 1996",
       2,
       {{0, 0, 0}, {1 - r2 / 2, 1 - r2 / 2, 0}, {r2 / 4, r2 / 4, 1 - r2 / 2}},
       {r2 / 4, r2 / 4, 1 - r2 / 2}},

      {"crouzeix_3",
       "Crouzeix 3",
       "Crouzeix 1975; Norsett 1974",
       3,
       {{g3, 0}, {1 - 2 * g3, g3}},
       {1.0 / 2, 1.0 / 2}},
      {"alexander_3",
       "Alexander 3",
       "Alexander 1977, Diagonally Implicit Runge-Kutta Methods for Stiff ODEs",
       3,
       {{gl, 0, 0},
        {(1 - gl) / 2, gl, 0},
        {-3 * gl * gl / 2 + 4 * gl - 1.0 / 4, 3 * gl * gl / 2 - 5 * gl + 5.0 / 4, gl}},
       {-3 * gl * gl / 2 + 4 * gl - 1.0 / 4, 3 * gl * gl / 2 - 5 * gl + 5.0 / 4, gl}},
      {"radau_ia_2",
       "Radau IA 2",
       kHairerWanner,
       3,
       {{1.0 / 4, -1.0 / 4}, {1.0 / 4, 5.0 / 12}},
       {1.0 / 4, 3.0 / 4}},
      {"radau_iia_2",
       "Radau IIA 2",
       kHairerWanner,
       3,
       {{5.0 / 12, -1.0 / 12}, {3.0 / 4, 1.0 / 4}},
       {3.0 / 4, 1.0 / 4}},

      {"gauss_legendre_2",
       "Gauss-Legendre 2",
       kHairerWanner,
       4,
       {{1.0 / 4, 1.0 / 4 - r3 / 6}, {1.0 / 4 + r3 / 6, 1.0 / 4}},
       {1.0 / 2, 1.0 / 2}},
      {"lobatto_iiia_3",
       "Lobatto IIIA 3",
       kHairerWanner,
       4,
       {{0, 0, 0}, {5.0 / 24, 1.0 / 3, -1.0 / 24}, {1.0 / 6, 2.0 / 3, 1.0 / 6}},
       {1.0 / 6, 2.0 / 3, 1.0 / 6}},
      {"lobatto_iiib_3",
       "Lobatto IIIB 3",
       kHairerWanner,
       4,
       {{1.0 / 6, -1.0 / 6, 0}, {1.0 / 6, 1.0 / 3, 0}, {1.0 / 6, 5.0 / 6, 0}},
       {1.0 / 6, 2.0 / 3, 1.0 / 6}},
      {"lobatto_iiic_3",
       "Lobatto IIIC 3",
       kHairerWanner,
       4,
       {{1.0 / 6, -1.0 / 3, 1.0 / 6}, {1.0 / 6, 5.0 / 12, -1.0 / 12}, {1.0 / 6, 2.0 / 3, 1.0 / 6}},
       {1.0 / 6, 2.0 / 3, 1.0 / 6}},
      {"hairer_wanner_4",
       "Hairer-Wanner 4",
       "Hairer and Wanner, Solving Ordinary Differential Equations II, IV.6, SDIRK with gamma 1/4",
       4,
       {{1.0 / 4, 0, 0, 0, 0},
        {1.0 / 2, 1.0 / 4, 0, 0, 0},
        {17.0 / 50, -1.0 / 25, 1.0 / 4, 0, 0},
        {371.0 / 1360, -137.0 / 2720, 15.0 / 544, 1.0 / 4, 0},
        {25.0 / 24, -49.0 / 48, 125.0 / 16, -85.0 / 12, 1.0 / 4}},
       {25.0 / 24, -49.0 / 48, 125.0 / 16, -85.0 / 12, 1.0 / 4}},

      {"radau_ia_3",
       "Radau IA 3",
       kHairerWanner,
       5,
       {{1.0 / 9, (-1 - r6) / 18, (-1 + r6) / 18},
        {1.0 / 9, 11.0 / 45 + 7 * r6 / 360, 11.0 / 45 - 43 * r6 / 360},
        {1.0 / 9, 11.0 / 45 + 43 * r6 / 360, 11.0 / 45 - 7 * r6 / 360}},
       {1.0 / 9, 4.0 / 9 + r6 / 36, 4.0 / 9 - r6 / 36}},
      {"radau_iia_3",
       "Radau IIA 3",
       kHairerWanner,
       5,
       {{11.0 / 45 - 7 * r6 / 360, 37.0 / 225 - 169 * r6 / 1800, -2.0 / 225 + r6 / 75},
        {37.0 / 225 + 169 * r6 / 1800, 11.0 / 45 + 7 * r6 / 360, -2.0 / 225 - r6 / 75},
        {4.0 / 9 - r6 / 36, 4.0 / 9 + r6 / 36, 1.0 / 9}},
       {4.0 / 9 - r6 / 36, 4.0 / 9 + r6 / 36, 1.0 / 9}},

      {"gauss_legendre_3",
       "Gauss-Legendre 3",
       kHairerWanner,
       6,
       {{5.0 / 36, 2.0 / 9 - r15 / 15, 5.0 / 36 - r15 / 30},
        {5.0 / 36 + r15 / 24, 2.0 / 9, 5.0 / 36 - r15 / 24},
        {5.0 / 36 + r15 / 30, 2.0 / 9 + r15 / 15, 5.0 / 36}},
       {5.0 / 18, 4.0 / 9, 5.0 / 18}},
      {"lobatto_iiic_4",
       "Lobatto IIIC 4",
       kHairerWanner,
       6,
       {{1.0 / 12, -r5 / 12, r5 / 12, -1.0 / 12},
        {1.0 / 12, 1.0 / 4, (10 - 7 * r5) / 60, r5 / 60},
        {1.0 / 12, (10 + 7 * r5) / 60, 1.0 / 4, -r5 / 60},
        {1.0 / 12, 5.0 / 12, 5.0 / 12, 1.0 / 12}},
       {1.0 / 12, 5.0 / 12, 5.0 / 12, 1.0 / 12}},
  };
  return tableaux;
}

}  // namespace solvers
