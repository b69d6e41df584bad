/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KS_GUIDER_H
#define KS_GUIDER_H

#include "entry.h"
#include "param.h"
#include "run.h"

KS_EXTERN_C_BEGIN

/* The id of a plugin's factory of guiders, a ks_guider_factory. A guider shapes how the predictions for
 * the positive and the negative prompt become one, `denoised`, for whatever sampler asks for it.
 * Guiders chain: first those that change the predictions, in the order of the pipeline; then the one
 * that combines them (of several the last; without one, negative + cfg * (positive - negative), Ho and
 * Salimans 2022); then those that change what was combined, in their order. \since 1.1 */
#define KS_GUIDERS_1 "ks.guiders/1"

/* The place of a guider in the chain. */
enum {
  KS_GUIDER_BEFORE = 0,   /* changes the predictions */
  KS_GUIDER_COMBINES = 1, /* makes one of them */
  KS_GUIDER_AFTER = 2     /* changes what was combined */
};

/* Traits, as bits of `ks_guider_info.flags`. */
enum {
  /* At cfg 1 it needs no negative prediction: the model is not asked for it, where all of a chain say
     so. */
  KS_GUIDER_POSITIVE_ALONE_AT_1 = 1u << 0,
  /* Takes a prediction for an empty prompt, which the pipeline gives (Perp-Neg). */
  KS_GUIDER_NEEDS_EMPTY = 1u << 1,
  /* Takes a prediction of the network weakened: for the positive prompt, and with the identity in place
     of self-attention's map in the network's middle (Ahn et al. 2024, PAG). The entry says ABI 1.2. A
     run whose network cannot be weakened so fails. \since 1.2 */
  KS_GUIDER_NEEDS_PERTURBED = 1u << 2,
  /* Takes a prediction for a second prompt, which the pipeline gives. The entry says ABI 1.2.
     \since 1.2 */
  KS_GUIDER_NEEDS_SECOND = 1u << 3
};

/* What the host must know of a guider. Constant, and lives as long as the library. */
typedef struct ks_guider_info {
  uint32_t size;
  uint32_t flags;                /* KS_GUIDER_... */
  const char* id;                /* "rescale_cfg": lower case letters, digits and '_' */
  const char* title;             /* "RescaleCFG" */
  const char* summary;           /* one sentence */
  const char* source;            /* paper, equation or page */
  uint32_t stage;                /* KS_GUIDER_BEFORE, ... */
  uint32_t fits;                 /* KS_FITS_... of ks/sampler.h */
  const ks_param* const* params; /* `param_count` parameters; null where there are none */
  uint32_t param_count;
  uint32_t reserved;
} ks_guider_info;

/* One question: what a guider is given for one call of the model. All tensors have the latent's shape,
 * belong to the host, and live until guide() returns. */
typedef struct ks_guidance {
  uint32_t size;
  uint32_t call; /* of the run, from 0 */
  double sigma;  /* the noise level of x */
  double cfg;    /* the pipeline's; KS_GUIDER_BEFORE may set it, for those that come after */
  const ks_tensor* x;
  ks_tensor* positive; /* D(x, sigma) for the positive prompt; KS_GUIDER_BEFORE may write to it */
  ks_tensor* negative; /* likewise; null where it was not asked for */
  ks_tensor* empty;    /* likewise; null but for KS_GUIDER_NEEDS_EMPTY */
  /* KS_GUIDER_BEFORE: null. KS_GUIDER_COMBINES: to be written. KS_GUIDER_AFTER: to be changed. */
  ks_tensor* denoised;
  /* Like `positive`; null but for KS_GUIDER_NEEDS_PERTURBED. \since 1.2 */
  ks_tensor* perturbed;
  /* Like `positive`, for the second prompt; null but for KS_GUIDER_NEEDS_SECOND. \since 1.2 */
  ks_tensor* second;
} ks_guidance;

/* A guider with its parameters set. Made by the plugin, destroyed by the host, used by one run at a
 * time; several may exist at once, on several threads. */
typedef struct ks_guider ks_guider;
struct ks_guider {
  uint32_t size;
  uint32_t reserved;
  void* self; /* the plugin's */

  /* A run begins: whatever was kept of another is forgotten. `run` lives until end(), and has the
   * tensors, extensions, noise levels and model of the sampler's run; its denoise, denoise_split, noise
   * and step answer KS_UNSUPPORTED. May be null. [run-thread] */
  ks_status (*begin)(ks_guider* guider, const ks_run* run);

  /* Shapes one prediction. Errors: those of the run's functions, passed on; its own with a message by
   * run->set_error. [run-thread, between begin() and end()] */
  ks_status (*guide)(ks_guider* guider, const ks_run* run, ks_guidance* guidance);

  /* The run ends, well or not: tensors that were kept are given back. May be null. [run-thread] */
  void (*end)(ks_guider* guider, const ks_run* run);

  /* Frees the guider. [any-thread, outside a run] */
  void (*destroy)(ks_guider* guider);
};

/* What `ks_plugin_entry.factory(KS_GUIDERS_1)` returns. Constant, and lives as long as the library. */
typedef struct ks_guider_factory {
  uint32_t size;
  uint32_t count;
  /* The descriptor of guider `index`, below `count`. [any-thread] */
  const ks_guider_info* (*info)(uint32_t index);
  /* A guider with one value for each declared parameter, in that order. Messages of failure go to
   * host->set_error. [any-thread, after init] */
  ks_status (*create)(const ks_host* host, uint32_t index, const ks_value* values, uint32_t value_count,
                      ks_guider** guider);
} ks_guider_factory;

KS_LAYOUT_SIZE(ks_guider_info, 64);
KS_LAYOUT_OFFSET(ks_guider_info, stage, 40);
KS_LAYOUT_OFFSET(ks_guider_info, params, 48);
KS_LAYOUT_SIZE(ks_guidance, 80);
KS_LAYOUT_OFFSET(ks_guidance, x, 24);
KS_LAYOUT_OFFSET(ks_guidance, denoised, 56);
KS_LAYOUT_OFFSET(ks_guidance, perturbed, 64);
KS_LAYOUT_OFFSET(ks_guidance, second, 72);
KS_LAYOUT_SIZE(ks_guider, 48);
KS_LAYOUT_OFFSET(ks_guider, begin, 16);
KS_LAYOUT_OFFSET(ks_guider, destroy, 40);
KS_LAYOUT_SIZE(ks_guider_factory, 24);

KS_EXTERN_C_END
#endif
