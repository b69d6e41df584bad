/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KS_FILTER_H
#define KS_FILTER_H

#include "expression.h"

KS_EXTERN_C_BEGIN

/* Arithmetic over the height and width of a latent, as an extension of a run: what is smooth in it, and
 * what is fine. Each channel of each item by itself, in float32 and rounded to dst's type once. Nothing
 * waits for the device. \since 1.1 */
#define KS_FILTERS_1 "ks.filters/1"

/* The transforms that `fourier` multiplies in. */
enum {
  /* The discrete Fourier transform: bins in the order 0, 1, ..., -2, -1 in each direction. Of what
   * comes back the real part is taken. */
  KS_FOURIER_DFT = 0,
  /* The discrete cosine transform (DCT-II, orthonormal), which sees the latent mirrored at its edges:
   * bins in the order 0, 1, ..., of half the frequency. */
  KS_FOURIER_DCT = 1
};

/* From run->extension(run, KS_FILTERS_1). All functions: [run-thread, inside sample()]
 * A null or foreign handle, or one of another shape than is said, is KS_INVALID_ARGUMENT. `dst` may be
 * `src`. */
typedef struct ks_filters {
  uint32_t size;
  uint32_t reserved;

  /* dst = numbers, finite in float32, that the plugin has worked out: as many as dst has elements, or
   * as one of its items has, and then the same for each. `dst` of any shape (KS_SHAPE_...). Once a run:
   * it may wait for the device. */
  ks_status (*fill)(const ks_run* run, ks_tensor* dst, const double* numbers, uint32_t count);

  /* dst = src, each bin of its transform times its gain. `gains` has KS_SHAPE_PIXELS. */
  ks_status (*fourier)(const ks_run* run, ks_tensor* dst, const ks_tensor* src, const ks_tensor* gains,
                       uint32_t transform);

  /* dst = src, blurred by a Gaussian whose standard deviation is `sigma` cells, from 0 (a copy) to
   * 1000; the latent goes on mirrored beyond its edges. */
  ks_status (*blur)(const ks_run* run, ks_tensor* dst, const ks_tensor* src, double sigma);

  /* dst = src at a height and width that are no larger than its own, by the mean over each area, and
   * brought back to its size, linear between the centres of the areas. */
  ks_status (*coarse)(const ks_run* run, ks_tensor* dst, const ks_tensor* src, uint32_t height,
                      uint32_t width);
} ks_filters;

KS_LAYOUT_SIZE(ks_filters, 40);
KS_LAYOUT_OFFSET(ks_filters, fill, 8);
KS_LAYOUT_OFFSET(ks_filters, coarse, 32);

KS_EXTERN_C_END
#endif
