/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KS_STATUS_H
#define KS_STATUS_H

#include "version.h"

/* What every function that can fail returns. Zero is success. A status says what kind of failure it
 * is; the sentence for people goes through `set_error`, and the host copies it. */
typedef int32_t ks_status;

enum {
  KS_OK = 0,
  /* The operation failed; the message says why. */
  KS_ERROR = 1,
  /* The user cancelled. Not a failure: return it from `sample()` at once, with no further call. */
  KS_STOPPED = 2,
  KS_INVALID_ARGUMENT = 3,
  KS_OUT_OF_MEMORY = 4,
  /* The other side does not offer this. */
  KS_UNSUPPORTED = 5
};

#endif
