// SPDX-License-Identifier: Apache-2.0
//
// Explicit exponential Runge-Kutta methods by order, in the notation of Hochbruck and Ostermann 2010,
// Exponential integrators, Acta Numerica 19.
#include "exponential_tableau.hpp"

namespace solvers {
namespace {

constexpr double kHalf = 1.0 / 2;

// The fifth order with eight stages needs sums that occur more than once.
ExponentialTableau luan_ostermann_5() {
  // c_i^k phi_k(c_i z), in which the paper writes the method
  const auto at = [](int k, double c) { return std::pow(c, k) * phi(k, c); };
  constexpr double c_4 = 1.0 / 4, c_6 = 1.0 / 5, c_7 = 2.0 / 3;
  const PhiSum a_64 = 8 * at(2, c_6) - 32 * at(3, c_6);
  const PhiSum shared = 5.0 / 32 * a_64 - 25.0 / 28 * at(2, c_6) + 81.0 / 175 * at(2, c_7) -
                        162.0 / 25 * at(3, c_7) + 150.0 / 7 * at(4, c_6) + 972.0 / 35 * at(4, c_7) +
                        6 * phi(4);
  const PhiSum zero;
  return {"luan_ostermann_5",
          "Luan-Ostermann 5",
          "Luan and Ostermann 2014, Explicit Exponential Runge-Kutta Methods of High Order, expRK5s8",
          5,
          {0, kHalf, kHalf, c_4, kHalf, c_6, c_7, 1},
          {{2 * at(2, kHalf)},
           {zero, 2 * at(2, c_4)},
           {zero, 16 * at(3, kHalf) - 2 * at(2, kHalf), 8 * at(2, kHalf) - 32 * at(3, kHalf)},
           {zero, zero, a_64, 16 * at(3, c_6) - 2 * at(2, c_6)},
           {zero, zero, -125.0 / 162 * a_64,
            125.0 / 1944 * a_64 - 4.0 / 3 * at(2, c_7) + 40.0 / 3 * at(3, c_7),
            3125.0 / 3888 * a_64 + 25.0 / 3 * at(2, c_7) - 100.0 / 3 * at(3, c_7)},
           {zero, zero, zero, -16.0 / 3 * phi(2) + 208.0 / 3 * phi(3) - 40 * shared,
            250.0 / 21 * phi(2) - 250.0 / 3 * phi(3) + 250.0 / 7 * shared,
            27.0 / 14 * phi(2) - 27 * phi(3) + 135.0 / 7 * shared}},
          {zero, zero, zero, zero, 125.0 / 14 * phi(2) - 625.0 / 14 * phi(3) + 1125.0 / 14 * phi(4),
           -27.0 / 14 * phi(2) + 162.0 / 7 * phi(3) - 405.0 / 7 * phi(4),
           kHalf * phi(2) - 13.0 / 2 * phi(3) + 45.0 / 2 * phi(4)}};
}

}  // namespace

const std::vector<ExponentialTableau>& exponential_tableaux() {
  // What the weights of most methods of fourth order are.
  const PhiSum middle = 4 * phi(2) - 8 * phi(3), last = 4 * phi(3) - phi(2), zero;
  const PhiSum a_52 = kHalf * phi(2, kHalf) - phi(3) + 1.0 / 4 * phi(2) - kHalf * phi(3, kHalf);
  static const std::vector<ExponentialTableau> tableaux = {
      {"res_2s",
       "RES 2S",
       "Zhang et al. 2023, Improved Order Analysis and Design of Exponential Integrator for Diffusion "
       "Models Sampling, c_2 = 1/2; Hochbruck and Ostermann 2005, (5.3)",
       2,
       {0, kHalf},
       {},
       {2 * phi(2)}},
      {"exp_midpoint",
       "Exponential midpoint",
       "Hochbruck and Ostermann 2005, Explicit Exponential Runge-Kutta Methods, (5.4), c_2 = 1/2; of "
       "the "
       "noise prediction DPM-Solver-2 (Lu et al. 2022)",
       2,
       {0, kHalf},
       {},
       {phi(1)}},
      {"exp_ralston_2",
       "Exponential Ralston",
       "Hochbruck and Ostermann 2005, Explicit Exponential Runge-Kutta Methods, (5.3), c_2 = 2/3",
       2,
       {0, 2.0 / 3},
       {},
       {3.0 / 2 * phi(2)}},
      {"etd2rk",
       "ETD2RK",
       "Cox and Matthews 2002, Exponential Time Differencing for Stiff Systems, (22)",
       2,
       {0, 1},
       {},
       {phi(2)}},
      {"res_3s",
       "RES 3S",
       "Zhang et al. 2023, Improved Order Analysis and Design of Exponential Integrator for Diffusion "
       "Models Sampling, c_2 = 1/2, c_3 = 1, gamma = 4; Hochbruck and Ostermann 2005, (5.12)",
       3,
       {0, kHalf, 1},
       {{2 * phi(2, kHalf) + 2 * phi(2)}},
       {4.0 / 3 * phi(2), 1.0 / 3 * phi(2)}},
      {"hochbruck_ostermann_3",
       "Hochbruck-Ostermann 3",
       "Hochbruck and Ostermann 2005, Explicit Exponential Runge-Kutta Methods, (5.8), c_2 = 1/3; of "
       "the "
       "noise prediction DPM-Solver-3 (Lu et al. 2022)",
       3,
       {0, 1.0 / 3, 2.0 / 3},
       {{4.0 / 3 * phi(2, 2.0 / 3)}},
       {zero, 3.0 / 2 * phi(2)}},
      {"etd3rk",
       "ETD3RK",
       "Cox and Matthews 2002, Exponential Time Differencing for Stiff Systems, (23)",
       3,
       {0, kHalf, 1},
       {{2 * phi(1)}},
       {middle, last}},
      {"etd4rk",
       "ETD4RK",
       "Cox and Matthews 2002, Exponential Time Differencing for Stiff Systems, (26)",
       4,
       {0, kHalf, kHalf, 1},
       {{kHalf * phi(1, kHalf)}, {zero, phi(1, kHalf)}},
       {kHalf * middle, kHalf * middle, last}},
      {"krogstad_4",
       "Krogstad 4",
       "Krogstad 2005, Generalized Integrating Factor Methods for Stiff PDEs, ETDRK4-B",
       4,
       {0, kHalf, kHalf, 1},
       {{phi(2, kHalf)}, {zero, 2 * phi(2)}},
       {kHalf * middle, kHalf * middle, last}},
      {"strehmel_weiner_4",
       "Strehmel-Weiner 4",
       "Strehmel and Weiner 1992; Hochbruck and Ostermann 2005, (5.18)",
       4,
       {0, kHalf, kHalf, 1},
       {{kHalf * phi(2, kHalf)}, {-2 * phi(2), 4 * phi(2)}},
       {zero, middle, last}},
      {"friedli_4",
       "Friedli 4",
       "Friedli 1978, Verallgemeinerte Runge-Kutta Verfahren",
       4,
       {0, kHalf, kHalf, 1},
       {{kHalf * phi(2, kHalf)},
        {2.0 / 25 * phi(2) - 26.0 / 25 * phi(1), 26.0 / 25 * phi(1) + 48.0 / 25 * phi(2)}},
       {zero, middle, last}},
      {"res_5s",
       "RES 5S",
       "Hochbruck and Ostermann 2005, Explicit Exponential Runge-Kutta Methods, (5.19): stiff order 4",
       4,
       {0, kHalf, kHalf, 1, kHalf},
       {{phi(2, kHalf)}, {phi(2), phi(2)}, {a_52, a_52, 1.0 / 4 * phi(2, kHalf) - a_52}},
       {zero, zero, last, middle}},
      luan_ostermann_5(),
  };
  return tableaux;
}

}  // namespace solvers
