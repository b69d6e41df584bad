/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KS_TENSOR_H
#define KS_TENSOR_H

#include "status.h"

KS_EXTERN_C_BEGIN

/* A tensor of the latent's shape, type and device. Opaque: a plugin holds the handle and asks the run
 * for arithmetic, so that one binary serves every device, number format and LibTorch. */
typedef struct ks_tensor ks_tensor;

typedef struct ks_run ks_run;

/* The arithmetic of a run. All functions: [run-thread, inside sample()].
 * A null or foreign handle, or a coefficient that is not finite, is KS_INVALID_ARGUMENT. */
typedef struct ks_tensor_ops {
  uint32_t size;
  uint32_t reserved;

  /* A new tensor, contents undefined. The caller owns it and gives it back with `release`. Storage is
   * kept for the next `create`: a steady loop allocates nothing after its first step. */
  ks_status (*create)(const ks_run* run, ks_tensor** tensor);

  /* Gives a tensor back. Null is allowed. Whatever a plugin forgot is freed with the run. */
  void (*release)(const ks_run* run, ks_tensor* tensor);

  /* dst = coefficients[0] * terms[0] + ... + coefficients[count-1] * terms[count-1], in one pass over
   * memory, computed in float32 whatever the latent's type. `dst` may be among the terms, and a tensor
   * may occur twice. A count of 0 sets zeros; one term with coefficient 1 is a copy. */
  ks_status (*lincomb)(const ks_run* run, ks_tensor* dst, uint32_t count, const double* coefficients,
                       ks_tensor* const* terms);

  /* Root mean square over all elements, computed in float64. Waits for the device. */
  ks_status (*norm)(const ks_run* run, const ks_tensor* tensor, double* result);

  /* Error of an adaptive step, for solvers with step size control. Waits for the device.
   *   delta  = max(atol, rtol * max(|low|, |previous|))
   *   result = sqrt(mean(((low - high) / delta)^2))                       (k-diffusion, DPM-Solver) */
  ks_status (*error_norm)(const ks_run* run, const ks_tensor* low, const ks_tensor* high,
                          const ks_tensor* previous, double atol, double rtol, double* result);
} ks_tensor_ops;

KS_LAYOUT_SIZE(ks_tensor_ops, 48);
KS_LAYOUT_OFFSET(ks_tensor_ops, create, 8);
KS_LAYOUT_OFFSET(ks_tensor_ops, lincomb, 24);
KS_LAYOUT_OFFSET(ks_tensor_ops, error_norm, 40);

KS_EXTERN_C_END

#endif
