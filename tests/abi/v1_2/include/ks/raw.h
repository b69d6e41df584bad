/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KS_RAW_H
#define KS_RAW_H

#include "run.h"

KS_EXTERN_C_BEGIN

/* The memory of tensors, by DLPack, as an extension of a run in the host's own process: for what
 * nothing else fits. It costs what handles are for: such a plugin runs on the devices and in the number
 * formats that it is written for, not isolated, and `ksampler validate` cannot judge it. A host need
 * not have it, and has none for an isolated plugin: `extension` returns null. \since 1.1 */
#define KS_RAW_1 "ks.raw/1"

/* From run->extension(run, KS_RAW_1). All functions: [run-thread, inside sample(), guide() or shape()]
 */
typedef struct ks_raw {
  uint32_t size;
  uint32_t reserved;

  /* *managed = a DLManagedTensor of dlpack.h onto the tensor's memory: no copy, contiguous, writable.
   * The plugin calls its deleter before it gives the tensor back, and before its own function returns.
   */
  ks_status (*dlpack)(const ks_run* run, ks_tensor* tensor, void** managed);

  /* The cudaStream_t that the host's work on tensors is on, and the plugin's must be; null on a CPU. */
  void* (*stream)(const ks_run* run);
} ks_raw;

KS_LAYOUT_SIZE(ks_raw, 24);
KS_LAYOUT_OFFSET(ks_raw, dlpack, 8);
KS_LAYOUT_OFFSET(ks_raw, stream, 16);

KS_EXTERN_C_END
#endif
