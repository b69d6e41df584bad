/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KS_EXPRESSION_H
#define KS_EXPRESSION_H

#include "run.h"

KS_EXTERN_C_BEGIN

/* Arithmetic that is not linear, as an extension of a run: formulas for each element, and sums, means
 * and quantiles over each item of the batch. Nothing waits for the device: what is measured stays a
 * tensor, and further formulas take it. \since 1.1 */
#define KS_EXPRESSIONS_1 "ks.expressions/1"

/* How much of the latent's shape, [items, channels, height, width], a tensor has. Those smaller than
 * the latent hold float32 numbers, and repeat where a formula for a larger one takes them. */
enum {
  KS_SHAPE_LATENT = 0,   /* all of it: what ks_tensor_ops.create makes */
  KS_SHAPE_PIXELS = 1,   /* [items, 1, height, width] */
  KS_SHAPE_CHANNELS = 2, /* [items, channels, 1, 1] */
  KS_SHAPE_ITEMS = 3     /* [items, 1, 1, 1] */
};

/* The operations of a formula, on a stack of float32 values. */
enum {
  KS_OP_TERM = 0,   /* push terms[argument] */
  KS_OP_NUMBER = 1, /* push numbers[argument] */
  /* Pop b, pop a, push: */
  KS_OP_ADD = 2,      /* a + b */
  KS_OP_SUBTRACT = 3, /* a - b */
  KS_OP_MULTIPLY = 4, /* a * b */
  KS_OP_DIVIDE = 5,   /* a / b */
  KS_OP_MINIMUM = 6,  /* NaN where either is */
  KS_OP_MAXIMUM = 7,  /* NaN where either is */
  KS_OP_POWER = 8,    /* a ^ b */
  /* Pop a, push: */
  KS_OP_ABS = 9,
  KS_OP_SIGN = 10, /* -1, 0 or 1 */
  KS_OP_SQRT = 11,
  KS_OP_EXP = 12,
  KS_OP_LOG = 13,
  /* Pop c, pop b, pop a, push a > 0 ? b : c */
  KS_OP_WHERE = 14
};

/* One operation of a formula. */
typedef struct ks_op {
  uint32_t op;       /* KS_OP_... */
  uint32_t argument; /* of KS_OP_TERM and KS_OP_NUMBER; otherwise 0 */
} ks_op;

/* What a formula may have at most. */
enum { KS_MOST_OPS = 128, KS_MOST_TERMS = 16, KS_MOST_NUMBERS = 64, KS_MOST_DEPTH = 16 };

/* A formula with what it is of. All lists are borrowed for the call. A term must not be larger than
 * what the formula is for: the latent has a number an item in it, not the other way about. */
typedef struct ks_expression {
  uint32_t size;
  uint32_t op_count; /* the operations leave one value */
  const ks_op* ops;
  uint32_t number_count; /* finite in float32 */
  uint32_t term_count;
  const double* numbers;
  ks_tensor* const* terms;
} ks_expression;

/* What a reduction makes of the elements. */
enum { KS_REDUCE_SUM = 0, KS_REDUCE_MEAN = 1, KS_REDUCE_MINIMUM = 2, KS_REDUCE_MAXIMUM = 3 };

/* From run->extension(run, KS_EXPRESSIONS_1). All functions: [run-thread, inside sample()]
 * A null or foreign handle, a formula that does not end in one value, or one that is too long, is
 * KS_INVALID_ARGUMENT. */
typedef struct ks_expressions {
  uint32_t size;
  uint32_t items; /* of the latent's batch */
  uint32_t channels;
  uint32_t height; /* in cells of the latent */
  uint32_t width;
  uint32_t reserved;

  /* A new tensor of that shape, contents undefined; as ks_tensor_ops.create, and given back likewise.
   */
  ks_status (*create)(const ks_run* run, uint32_t shape, ks_tensor** tensor);

  /* dst = the formula, for each of its elements, in one pass over memory; computed in float32 and
   * rounded to dst's type once. `dst` may be among the terms. */
  ks_status (*map)(const ks_run* run, ks_tensor* dst, const ks_expression* expression);

  /* dst = the sum, mean, minimum or maximum of a formula over all elements of the latent that lie in an
   * element of dst: over an item, a channel of it, or the channels of a pixel. In one pass; sums and
   * means are taken in float64. An item's value does not depend on the others of its batch. NaN where
   * the formula has one. `dst` is smaller than the latent. */
  ks_status (*reduce)(const ks_run* run, ks_tensor* dst, uint32_t reduction,
                      const ks_expression* expression);

  /* dst = the q-quantile (0 to 1) of the latent's elements that lie in an element of dst (of
   * KS_SHAPE_ITEMS or KS_SHAPE_CHANNELS), linear between neighbours in order; NaN where there is one.
   */
  ks_status (*quantile)(const ks_run* run, ks_tensor* dst, const ks_tensor* tensor, double q);
} ks_expressions;

KS_LAYOUT_SIZE(ks_op, 8);
KS_LAYOUT_SIZE(ks_expression, 40);
KS_LAYOUT_OFFSET(ks_expression, numbers, 24);
KS_LAYOUT_SIZE(ks_expressions, 56);
KS_LAYOUT_OFFSET(ks_expressions, create, 24);
KS_LAYOUT_OFFSET(ks_expressions, quantile, 48);

KS_EXTERN_C_END
#endif
