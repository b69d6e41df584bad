/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KS_RUNS_H
#define KS_RUNS_H

#include "run.h"

KS_EXTERN_C_BEGIN

/* Parts of a run by another sampler, and tensors of another height and width than the latent's, as an
 * extension of a sampler's run: restarts and loops around any sampler, and steps at a lower
 * resolution. \since 1.1 */
#define KS_RUNS_1 "ks.runs/1"

/* How `resize` brings a plane to another size. Each direction by itself; a plane of one value keeps it.
 */
enum {
  /* The mean of the cells that an area touches. */
  KS_RESIZE_AREA = 0,
  /* Linear between the centres of the cells. */
  KS_RESIZE_BILINEAR = 1,
  /* By the orthonormal DCT-II: frequencies that the smaller size has not are cut off, or are 0. White
   * noise of variance 1 at n cells becomes white noise of variance m / n at m cells, where m < n. */
  KS_RESIZE_SPECTRAL = 2
};

/* From run->extension(run, KS_RUNS_1). All functions: [run-thread, inside sample()]
 * `denoise`, `denoise_split`, `step`, `lincomb` and `release` of a run take tensors of any size, all of
 * one call of the same. What else a run has takes those of the latent's size alone. */
typedef struct ks_runs {
  uint32_t size;
  uint32_t reserved;

  /* x = what the sampler inside of this one makes of `x`, of any size, from sigmas[0] to
   * sigmas[count - 1]; count is 2 or above. That sampler is what the pipeline names, or else what
   * ks_sampler_info.inside does. Its noise is its own, another each time. Its steps are reported as the
   * `steps` steps of this run from `step` on. KS_UNSUPPORTED where ks_sampler_info.inside is null. */
  ks_status (*sample)(const ks_run* run, ks_tensor* x, const double* sigmas, uint32_t count,
                      uint32_t step, uint32_t steps);

  /* A new tensor of the latent's items and channels, at a height and width of 1 to 4096 cells; contents
   * undefined. Whether a model takes a size, `denoise` tells. */
  ks_status (*create)(const ks_run* run, uint32_t height, uint32_t width, ks_tensor** tensor);

  /* dst = src at dst's size, in float32 and rounded to the latent's type once. KS_RESIZE_... `dst` must
   * not be `src`. */
  ks_status (*resize)(const ks_run* run, ks_tensor* dst, const ks_tensor* src, uint32_t how);
} ks_runs;

KS_LAYOUT_SIZE(ks_runs, 32);
KS_LAYOUT_OFFSET(ks_runs, sample, 8);
KS_LAYOUT_OFFSET(ks_runs, resize, 24);

KS_EXTERN_C_END
#endif
