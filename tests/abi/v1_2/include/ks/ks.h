/* SPDX-License-Identifier: Apache-2.0
 *
 * The C ABI between the ksampler host and its plugins, version 1: samplers and schedulers for diffusion
 * models as shared libraries. Plain C11, no dependencies. C++ authors want ks/sampler.hpp instead.
 *
 * Conventions
 *  1. A plugin exports one symbol, `ks_plugin_entry`; everything else has hidden visibility.
 *  2. Every struct that may grow begins with its size and grows only at its end. Lists of such structs
 *     are lists of pointers. Enumerations cross as fixed-width integers. Strings are UTF-8, end with
 *     zero, belong to whoever handed them over, and live as long as the object that they came from.
 *  3. Functions return ks_status. The message goes through `set_error`, and the host copies it: no
 *     memory is ever freed on the other side of the boundary. No exception and no longjmp crosses.
 *  4. Nothing is global. All state hangs on an object that the host created and destroys; two runs may
 *     use one plugin at once, on two threads, each with a sampler of its own.
 *  5. Each function's comment says what it does, who owns what, its errors, and last, in brackets, the
 *     threads and the state in which it may be called.
 *  6. New abilities are extensions with string ids, asked for by name on either side. The core stays
 *     small.
 */
#ifndef KS_KS_H
#define KS_KS_H

#include "entry.h"
#include "expression.h"
#include "filter.h"
#include "guider.h"
#include "model.h"
#include "noise.h"
#include "param.h"
#include "raw.h"
#include "run.h"
#include "runs.h"
#include "sampler.h"
#include "scheduler.h"
#include "status.h"
#include "task.h"
#include "tensor.h"
#include "version.h"

#endif
