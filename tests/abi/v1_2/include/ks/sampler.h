/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KS_SAMPLER_H
#define KS_SAMPLER_H

#include "entry.h"
#include "param.h"
#include "run.h"

KS_EXTERN_C_BEGIN

/* The id of a plugin's factory of samplers, a ks_sampler_factory. */
#define KS_SAMPLERS_1 "ks.samplers/1"

/* Traits, as bits of `ks_sampler_info.flags`. */
enum {
  KS_SAMPLER_STOCHASTIC = 1u << 0,    /* adds noise with its default parameters */
  KS_SAMPLER_UNCONDITIONAL = 1u << 1, /* calls denoise_split (CFG++): cfg 1 skips no call */
  /* Is given one step more than asked, with the last but one sigma taken out. */
  KS_SAMPLER_DROPS_PENULTIMATE = 1u << 2,
  KS_SAMPLER_ADAPTIVE = 1u << 3, /* chooses its own steps between the first and the last sigma */
  /* In an inpaint the kept region is noised afresh from seed + 1, not with the initial noise (DDIM). */
  KS_SAMPLER_FRESH_MASK_NOISE = 1u << 4,
  /* Noise is drawn on the latent's device where that differs from the CPU: faster, other values. */
  KS_SAMPLER_DEVICE_NOISE = 1u << 5,
  /* With noise its steps do not shrink, however many there are: it does not converge to the diffusion
   * (TCD, Restart). Its order, where one is declared, is that without noise. \since 1.1 */
  KS_SAMPLER_NO_LIMIT = 1u << 6,
  /* A run to 0 may end with a little noise in the latent (UniPC's last level is not 0). \since 1.1 */
  KS_SAMPLER_LEAVES_NOISE = 1u << 7
};

/* The noise that `ks_run.noise` hands out. */
enum {
  KS_NOISE_NONE = 0,     /* asking for any is an error */
  KS_NOISE_GAUSSIAN = 1, /* a generator of its own, seeded seed + 1 */
  KS_NOISE_BROWNIAN = 2, /* a Brownian path between the least positive and the largest sigma */
  KS_NOISE_CONTINUED = 3 /* the generator of the initial noise goes on */
};

/* Which noisings a sampler is made for, as bits of `ks_sampler_info.fits`. */
enum { KS_FITS_ADDITIVE = 1u << KS_NOISING_ADDITIVE, KS_FITS_FLOW = 1u << KS_NOISING_FLOW };

/* What a host or user must know of a sampler, as data. Constant, and lives as long as the library. */
typedef struct ks_sampler_info {
  uint32_t size;
  uint32_t flags;      /* KS_SAMPLER_... */
  const char* id;      /* "dpmpp_2m": lower case letters, digits and '_' */
  const char* title;   /* "DPM-Solver++(2M)" */
  const char* summary; /* one sentence */
  const char* source;  /* paper, equation or page */
  uint32_t order;      /* of convergence, global, by default but at eta 0; 0: none declared */
  uint32_t noise;      /* KS_NOISE_... */
  uint32_t fits;       /* KS_FITS_... */
  /* Model calls of a step, of the last but one and of the last, on a schedule that ends at 0, so that
   * the sum over a run is right. 0, 0, 0 where it is not known beforehand. */
  uint32_t model_calls;
  uint32_t model_calls_second_last;
  uint32_t model_calls_last;
  const ks_param* const* params; /* `param_count` parameters; null where there are none */
  uint32_t param_count;
  uint32_t reserved;
  /* The id of the sampler that runs inside of this one (ks_runs.sample) where the pipeline names no
   * other: "heun", or in full "k-diffusion/heun". Null: there is none inside. \since 1.1 */
  const char* inside;
} ks_sampler_info;

/* A sampler with its parameters set. Made by the plugin, destroyed by the host, used by one run at a
 * time; several may exist at once, on several threads. */
typedef struct ks_sampler ks_sampler;
struct ks_sampler {
  uint32_t size;
  uint32_t reserved;
  void* self; /* the plugin's */

  /* Turns `x`, noisy at run->sigmas[0], into the latent at the last sigma, in place. Errors: those of
   * the run's functions, passed on; its own with a message. [run-thread] */
  ks_status (*sample)(ks_sampler* sampler, const ks_run* run, ks_tensor* x);

  /* Frees the sampler. [any-thread, outside sample()] */
  void (*destroy)(ks_sampler* sampler);
};

/* What `ks_plugin_entry.factory(KS_SAMPLERS_1)` returns. Constant, and lives as long as the library. */
typedef struct ks_sampler_factory {
  uint32_t size;
  uint32_t count;

  /* The descriptor of sampler `index`, below `count`. [any-thread] */
  const ks_sampler_info* (*info)(uint32_t index);

  /* A sampler with one value for each declared parameter, in that order. Messages of failure go to
   * host->set_error. [any-thread, after init] */
  ks_status (*create)(const ks_host* host, uint32_t index, const ks_value* values, uint32_t value_count,
                      ks_sampler** sampler);
} ks_sampler_factory;

KS_LAYOUT_SIZE(ks_sampler_info, 88);
KS_LAYOUT_OFFSET(ks_sampler_info, id, 8);
KS_LAYOUT_OFFSET(ks_sampler_info, order, 40);
KS_LAYOUT_OFFSET(ks_sampler_info, params, 64);
KS_LAYOUT_OFFSET(ks_sampler_info, inside, 80);
KS_LAYOUT_SIZE(ks_sampler, 32);
KS_LAYOUT_SIZE(ks_sampler_factory, 24);

KS_EXTERN_C_END

#endif
