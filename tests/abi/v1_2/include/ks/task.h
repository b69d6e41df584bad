/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KS_TASK_H
#define KS_TASK_H

#include "version.h"

KS_EXTERN_C_BEGIN

/* What the pipeline asks for, besides noise levels. Owned by the host; it lives as long as the run, or
 * the request for sigmas, that it is of. \since 1.1 */
typedef struct ks_task {
  uint32_t size;
  /* The latent's shape; all 0 where sigmas are asked for and no latent is known yet (BasicScheduler).
   */
  uint32_t items;
  uint32_t channels;
  uint32_t height; /* in cells of the latent */
  uint32_t width;
  uint32_t reserved;
  double cfg; /* the guidance scale; 1 without a negative prompt, 0 where there is not one alone, or
                 none is known yet */
  const char* family; /* of the model, such as "sdxl"; "" where it has none */
} ks_task;

KS_LAYOUT_SIZE(ks_task, 40);
KS_LAYOUT_OFFSET(ks_task, cfg, 24);
KS_LAYOUT_OFFSET(ks_task, family, 32);

KS_EXTERN_C_END

#endif
