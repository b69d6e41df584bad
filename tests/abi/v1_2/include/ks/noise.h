/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KS_NOISE_H
#define KS_NOISE_H

#include "entry.h"
#include "param.h"
#include "run.h"

KS_EXTERN_C_BEGIN

/* The id of a plugin's factory of noise sources, a ks_noise_factory. A source shapes the noise that a
 * run begins with and that samplers draw, under every sampler: it is handed the white noise that the
 * host would have used, and changes it in place. One that does nothing is Gaussian noise. Sources
 * chain, in the order of the pipeline. \since 1.1 */
#define KS_NOISES_1 "ks.noises/1"

/* What holds of the noise that a source gives, as bits of `ks_noise_info.flags`. */
enum {
  /* Over many draws an element has mean 0 and variance 1, as the model's noise levels want it. */
  KS_NOISE_IS_UNIT = 1u << 0,
  /* The elements of a draw are independent of each other: a flat spectrum. */
  KS_NOISE_IS_WHITE = 1u << 1,
  /* The noise of an item does not depend on the others of its batch. */
  KS_NOISE_IS_BY_ITEM = 1u << 2
};

/* What the host must know of a noise source. Constant, and lives as long as the library. */
typedef struct ks_noise_info {
  uint32_t size;
  uint32_t flags;                /* KS_NOISE_IS_... */
  const char* id;                /* "uniform": lower case letters, digits and '_' */
  const char* title;             /* "Uniform" */
  const char* summary;           /* one sentence */
  const char* source;            /* paper, equation or page */
  const ks_param* const* params; /* `param_count` parameters; null where there are none */
  uint32_t param_count;
  uint32_t reserved;
} ks_noise_info;

/* One draw, as a source is given it. */
typedef struct ks_noise_draw {
  uint32_t size;
  uint32_t index; /* of the draws that this source has been given in the run, from 0 */
  /* The levels that the noise is for: those which a sampler asks with. The noise that a run begins with
   * leads from 0 to its first level: `sigma` is 0. */
  double sigma;
  double sigma_next;
  /* White noise of the sampler's kind, or what an earlier source of the chain made of it; to be shaped
   * in place. Of the latent's shape, the host's, and lives until shape() returns. */
  ks_tensor* noise;
} ks_noise_draw;

/* A source with its parameters set. Made by the plugin, destroyed by the host, used by one run at a
 * time; several may exist at once, on several threads. */
typedef struct ks_noise ks_noise;
struct ks_noise {
  uint32_t size;
  uint32_t reserved;
  void* self; /* the plugin's */

  /* A run begins: whatever was kept of another is forgotten. `run` lives until end(), and has the
   * tensors, extensions, noise levels and model of the sampler's run. Its `noise` gives more white
   * Gaussian noise, a fresh draw with each call whatever the levels; it comes from the seed of the run,
   * by a generator of this source alone, so that no other draw changes by it. Its denoise,
   * denoise_split and step answer KS_UNSUPPORTED. May be null. [run-thread] */
  ks_status (*begin)(ks_noise* noise, const ks_run* run);

  /* Shapes one draw. Errors: those of the run's functions, passed on; its own with a message by
   * run->set_error. [run-thread, between begin() and end()] */
  ks_status (*shape)(ks_noise* noise, const ks_run* run, const ks_noise_draw* draw);

  /* The run ends, well or not: tensors that were kept are given back. May be null. [run-thread] */
  void (*end)(ks_noise* noise, const ks_run* run);

  /* Frees the source. [any-thread, outside a run] */
  void (*destroy)(ks_noise* noise);
};

/* What `ks_plugin_entry.factory(KS_NOISES_1)` returns. Constant, and lives as long as the library. */
typedef struct ks_noise_factory {
  uint32_t size;
  uint32_t count;
  /* The descriptor of source `index`, below `count`. [any-thread] */
  const ks_noise_info* (*info)(uint32_t index);
  /* A source with one value for each declared parameter, in that order. Messages of failure go to
   * host->set_error. [any-thread, after init] */
  ks_status (*create)(const ks_host* host, uint32_t index, const ks_value* values, uint32_t value_count,
                      ks_noise** noise);
} ks_noise_factory;

KS_LAYOUT_SIZE(ks_noise_info, 56);
KS_LAYOUT_OFFSET(ks_noise_info, params, 40);
KS_LAYOUT_SIZE(ks_noise_draw, 32);
KS_LAYOUT_OFFSET(ks_noise_draw, noise, 24);
KS_LAYOUT_SIZE(ks_noise, 48);
KS_LAYOUT_OFFSET(ks_noise, begin, 16);
KS_LAYOUT_OFFSET(ks_noise, destroy, 40);
KS_LAYOUT_SIZE(ks_noise_factory, 24);

KS_EXTERN_C_END
#endif
