/* SPDX-License-Identifier: Apache-2.0
 *
 * The small functions that samplers share, for those written in C. They are compiled into the plugin:
 * nothing of them crosses the boundary. A sampler in C++ wants ks/math.hpp. */
#ifndef KS_MATH_H
#define KS_MATH_H

#include "model.h"
#include "status.h"

#include <math.h>

KS_EXTERN_C_BEGIN

/* The functions of exponential integrators: phi_0 = exp(h), phi_k = (phi_{k-1} - 1 / (k-1)!) / h.
 * (Hochbruck and Ostermann 2010, equation 2.10) */
static inline double ks_phi(int k, double h) {
  if (k == 0) return exp(h);
  if (fabs(h) < 1.0) { /* the recursion would cancel; sum h^j / (j+k)! instead */
    double power = 1.0;
    for (int j = 2; j <= k; ++j) power /= j;
    double sum = power;
    for (int j = 1; j < 20; ++j) sum += power *= h / (j + k);
    return sum;
  }
  double value = expm1(h) / h;
  double inverse_factorial = 1.0;
  for (int j = 2; j <= k; ++j) {
    value = (value - inverse_factorial) / h;
    inverse_factorial /= j;
  }
  return value;
}

/* The weight of the clean latent at a noise level: x = alpha * x0 + sigma * noise. `noising` is
 * KS_NOISING_..., as ks_model_sampling has it. */
static inline double ks_alpha(uint32_t noising, double sigma) {
  return noising == KS_NOISING_FLOW ? 1 - sigma : 1;
}

/* lambda = log(alpha / sigma), half the logarithm of the signal-to-noise ratio: the time of the
 * exponential solvers (DPM-Solver, Lu et al. 2022). Infinite at sigma 0. */
static inline double ks_lambda(uint32_t noising, double sigma) {
  return log(ks_alpha(noising, sigma) / sigma);
}

/* The noise level at a lambda. */
static inline double ks_sigma_at_lambda(uint32_t noising, double lambda) {
  return noising == KS_NOISING_FLOW ? 1 / (1 + exp(lambda)) : exp(-lambda);
}

/* A step that goes down further than it should, and puts noise back. */
typedef struct ks_ancestral {
  double sigma_down; /* where the deterministic part of the step ends */
  double sigma_up;   /* the standard deviation of the noise that is put back */
  double scale;      /* what the latent is multiplied by when the noise is put back */
} ks_ancestral;

/* Splits a step from `sigma` to `sigma_next` into a deterministic part and fresh noise. eta 0: no
 * noise.
 *
 * Additive noise: sigma_down^2 + sigma_up^2 = sigma_next^2 (k-diffusion, get_ancestral_step).
 *
 * Rectified flow: the step goes down to sigma_down = sigma_next * (1 + eta * (sigma_next / sigma - 1));
 * scaling by (1 - sigma_next) / (1 - sigma_down) gives x0 its weight at sigma_next, and sigma_up brings
 * the variance of the noise up to it: scale^2 * sigma_down^2 + sigma_up^2 = sigma_next^2. With eta
 * above 1 sigma_down may be negative: a step beyond the clean latent.
 *
 * KS_INVALID_ARGUMENT where sigma rises: noise cannot be put back then. */
static inline ks_status ks_ancestral_step(uint32_t noising, double sigma, double sigma_next, double eta,
                                          ks_ancestral* step) {
  const double variance = sigma_next * sigma_next;
  step->sigma_down = sigma_next;
  step->sigma_up = 0.0;
  step->scale = 1.0;
  if (eta == 0.0) return KS_OK;
  if (sigma_next > sigma) return KS_INVALID_ARGUMENT;
  if (noising == KS_NOISING_FLOW) {
    step->sigma_down = sigma_next * (1.0 + eta * (sigma_next / sigma - 1.0));
    step->scale = (1.0 - sigma_next) / (1.0 - step->sigma_down);
    const double kept = step->scale * step->sigma_down;
    const double fresh = variance - kept * kept;
    step->sigma_up = fresh > 0.0 ? sqrt(fresh) : 0.0;
  } else {
    const double up = eta * sqrt(variance * (sigma * sigma - variance) / (sigma * sigma));
    step->sigma_up = up < sigma_next ? up : sigma_next;
    step->sigma_down = sqrt(variance - step->sigma_up * step->sigma_up);
  }
  return KS_OK;
}

KS_EXTERN_C_END

#endif
