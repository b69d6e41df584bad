/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KS_PARAM_H
#define KS_PARAM_H

#include "version.h"

KS_EXTERN_C_BEGIN

enum {
  KS_PARAM_FLOAT = 0,
  KS_PARAM_INTEGER = 1, /* whole numbers of at most 2^53 */
  KS_PARAM_BOOLEAN = 2,
  KS_PARAM_CHOICE = 3, /* one of `choices` */
  KS_PARAM_NUMBERS = 4 /* a list of float64 of any length; no default but the empty list */
};

/* A parameter of a sampler or scheduler, as a pipeline file sets it. The host checks type and range
 * before `create`, so that a plugin never sees a value that it did not declare. */
typedef struct ks_param {
  uint32_t size;
  uint32_t type;              /* KS_PARAM_... */
  const char* id;             /* "eta": letters, digits and '_' */
  const char* summary;        /* one sentence */
  double minimum;             /* inclusive; not used by boolean and choice */
  double maximum;             /* inclusive */
  double default_value;       /* boolean: 0 or 1; choice: an index */
  const char* const* choices; /* of KS_PARAM_CHOICE: its `choice_count` names; otherwise null */
  uint32_t choice_count;
  uint32_t reserved;
} ks_param;

/* The value of a parameter: `number` (boolean: 0 or 1; choice: an index), or for KS_PARAM_NUMBERS the
 * list. It lives until the function that it is passed to returns. */
typedef struct ks_value {
  double number;         /* of all types but KS_PARAM_NUMBERS */
  const double* numbers; /* of KS_PARAM_NUMBERS: `count` of them; null where it is empty */
  uint64_t count;
} ks_value;

KS_LAYOUT_SIZE(ks_param, 64);
KS_LAYOUT_OFFSET(ks_param, id, 8);
KS_LAYOUT_OFFSET(ks_param, minimum, 24);
KS_LAYOUT_OFFSET(ks_param, choices, 48);
KS_LAYOUT_SIZE(ks_value, 24);

KS_EXTERN_C_END

#endif
