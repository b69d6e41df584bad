/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KS_SCHEDULER_H
#define KS_SCHEDULER_H

#include "entry.h"
#include "model.h"
#include "param.h"
#include "status.h"
#include "task.h"

KS_EXTERN_C_BEGIN

/* The id of a plugin's factory of schedulers, a ks_scheduler_factory. */
#define KS_SCHEDULERS_1 "ks.schedulers/1"

/* What the host must know of a scheduler. Constant, and lives as long as the library. */
typedef struct ks_scheduler_info {
  uint32_t size;
  uint32_t flags;                /* none yet: 0 */
  const char* id;                /* "karras": lower case letters, digits and '_' */
  const char* title;             /* "Karras" */
  const char* summary;           /* one sentence */
  const char* source;            /* paper, equation or page */
  const ks_param* const* params; /* `param_count` parameters; null where there are none */
  uint32_t param_count;
  uint32_t reserved;
} ks_scheduler_info;

/* A request for sigmas. Owned by the host; it ends when `schedule()` returns.
 * [any-thread, inside schedule()] */
typedef struct ks_schedule ks_schedule;
struct ks_schedule {
  uint32_t size;
  uint32_t steps; /* asked for: at least 1 */
  const ks_model_sampling* model;
  void* context; /* the host's */

  /* Hands over the noise levels, not rising, the final one included: usually steps + 1, though a
   * schedule may give another number where its definition does. Rounded to float32. Copied; called
   * once. KS_INVALID_ARGUMENT where they are not finite, negative, rising, or fewer than 2. */
  ks_status (*emit)(const ks_schedule* schedule, const double* sigmas, uint32_t count);

  /* The sentence for people, before an error status is returned. Copied. */
  void (*set_error)(const ks_schedule* schedule, const char* message);

  /* What the pipeline asks for. Never null in a host of 1.1. \since 1.1 */
  const ks_task* task;
};

/* A scheduler with its parameters set. Made by the plugin, destroyed by the host. */
typedef struct ks_scheduler ks_scheduler;
struct ks_scheduler {
  uint32_t size;
  uint32_t reserved;
  void* self; /* the plugin's */

  /* Computes the sigmas and emits them. [any-thread] */
  ks_status (*schedule)(ks_scheduler* scheduler, const ks_schedule* schedule);

  /* Frees the scheduler. [any-thread, outside schedule()] */
  void (*destroy)(ks_scheduler* scheduler);
};

/* What `ks_plugin_entry.factory(KS_SCHEDULERS_1)` returns. Constant, and lives as long as the
 * library. */
typedef struct ks_scheduler_factory {
  uint32_t size;
  uint32_t count;

  /* The descriptor of scheduler `index`, below `count`. [any-thread] */
  const ks_scheduler_info* (*info)(uint32_t index);

  /* A scheduler with one value for each declared parameter, in that order. Messages of failure go to
   * host->set_error. [any-thread, after init] */
  ks_status (*create)(const ks_host* host, uint32_t index, const ks_value* values, uint32_t value_count,
                      ks_scheduler** scheduler);
} ks_scheduler_factory;

KS_LAYOUT_SIZE(ks_scheduler_info, 56);
KS_LAYOUT_SIZE(ks_schedule, 48);
KS_LAYOUT_OFFSET(ks_schedule, task, 40);
KS_LAYOUT_SIZE(ks_scheduler, 32);
KS_LAYOUT_SIZE(ks_scheduler_factory, 24);

KS_EXTERN_C_END

#endif
