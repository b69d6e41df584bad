/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KS_RUN_H
#define KS_RUN_H

#include "model.h"
#include "task.h"
#include "tensor.h"

KS_EXTERN_C_BEGIN

/* What a sampler tells the host once a step. */
typedef struct ks_step {
  uint32_t size;
  uint32_t index;            /* rises from 0; may repeat where a step is tried again */
  double sigma;              /* the noise level that the step started from */
  const ks_tensor* x;        /* the noisy latent at that level; borrowed */
  const ks_tensor* denoised; /* the latest prediction, for previews; borrowed */
} ks_step;

/* One sampling run: what a sampler is given. Owned by the host; it ends when `sample()` returns.
 * All functions: [run-thread, inside sample()]. A status other than KS_OK means: release nothing that
 * must not be kept, and return that status from `sample()`. */
struct ks_run {
  uint32_t size;
  uint32_t steps;       /* at least 1 */
  const double* sigmas; /* steps + 1 noise levels: float32 values, widened. Usually falling to 0; but
                         * any may repeat, the last may be positive, and they rise in an inversion */
  const ks_model_sampling* model;
  const ks_tensor_ops* tensors;
  void* context; /* the host's */

  /* denoised = D(x, sigma): the model's estimate of the clean latent, guided by cfg. `denoised` is a
   * tensor of the caller's and must not be `x`. */
  ks_status (*denoise)(const ks_run* run, const ks_tensor* x, double sigma, ks_tensor* denoised);

  /* The same, and the unconditional prediction too, for CFG++. Allowed only for a sampler that declares
   * KS_SAMPLER_UNCONDITIONAL. */
  ks_status (*denoise_split)(const ks_run* run, const ks_tensor* x, double sigma, ks_tensor* denoised,
                             ks_tensor* unconditional);

  /* A draw of unit variance, of the kind that the sampler declares. KS_NOISE_BROWNIAN: the increment
   * (W(sigma_next) - W(sigma)) / sqrt|sigma_next - sigma| of one path, so that draws over the same or
   * overlapping intervals agree; the other kinds ignore the interval, and each call is a fresh draw. */
  ks_status (*noise)(const ks_run* run, double sigma, double sigma_next, ks_tensor* noise);

  /* Reports a step, after its first model call: progress, previews, and cancelling (KS_STOPPED). */
  ks_status (*step)(const ks_run* run, const ks_step* step);

  /* The sentence for people, before an error status is returned. Copied. */
  void (*set_error)(const ks_run* run, const char* message);

  /* An extension of the host by id; null where it has none. What is returned lives as long as the
   * run. */
  const void* (*extension)(const ks_run* run, const char* id);

  /* What the pipeline asks for. Never null in a host of 1.1. \since 1.1 */
  const ks_task* task;
};

KS_LAYOUT_SIZE(ks_step, 32);
KS_LAYOUT_SIZE(ks_run, 96);
KS_LAYOUT_OFFSET(ks_run, sigmas, 8);
KS_LAYOUT_OFFSET(ks_run, tensors, 24);
KS_LAYOUT_OFFSET(ks_run, denoise, 40);
KS_LAYOUT_OFFSET(ks_run, noise, 56);
KS_LAYOUT_OFFSET(ks_run, extension, 80);
KS_LAYOUT_OFFSET(ks_run, task, 88);

KS_EXTERN_C_END

#endif
