/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KS_MODEL_H
#define KS_MODEL_H

#include "version.h"

KS_EXTERN_C_BEGIN

/* How noise is mixed into a clean latent x0 at noise level sigma. */
enum {
  KS_NOISING_ADDITIVE = 0, /* x = x0 + sigma * noise          (eps, v, EDM; Karras et al. 2022) */
  KS_NOISING_FLOW = 1      /* x = (1 - sigma) * x0 + sigma * noise   (rectified flow) */
};

/* What the network predicts. The host turns every prediction into `denoised`; a sampler needs this
 * only where its formula differs, and should ask for the noising instead. */
enum {
  KS_PREDICTION_EPS = 0,
  KS_PREDICTION_V = 1,
  KS_PREDICTION_EDM = 2,
  KS_PREDICTION_X0 = 3,
  KS_PREDICTION_FLOW = 4
};

/* The noise levels that a model was trained for. Given to schedulers and to samplers; owned by the
 * host, and constant while the call that it was given to lasts. */
typedef struct ks_model_sampling {
  uint32_t size;
  uint32_t noising;    /* KS_NOISING_... */
  uint32_t prediction; /* KS_PREDICTION_... */
  uint32_t sigma_count;
  const double* sigmas; /* the table, rising, `sigma_count` long: float32 values, widened */
  double sigma_min;     /* the first of the table */
  double sigma_max;     /* the last of the table */
  double shift;         /* of flow models; 1 where there is none */
  void* context;        /* the host's: what the functions below take first */
  /* The noise level at a timestep of the model, between the table's entries too.
   * [any-thread, during the call that this was given to] */
  double (*sigma)(void* context, double timestep);
  /* The timestep of a noise level. [as above] */
  double (*timestep)(void* context, double sigma);
  /* The noise level at which a fraction (0 to 1) of the way from noise to image lies behind.
   * At or below 0 a value that no sigma is above; at or above 1, zero. [as above] */
  double (*percent_to_sigma)(void* context, double percent);
} ks_model_sampling;

KS_LAYOUT_SIZE(ks_model_sampling, 80);
KS_LAYOUT_OFFSET(ks_model_sampling, sigmas, 16);
KS_LAYOUT_OFFSET(ks_model_sampling, context, 48);
KS_LAYOUT_OFFSET(ks_model_sampling, percent_to_sigma, 72);

KS_EXTERN_C_END

#endif
