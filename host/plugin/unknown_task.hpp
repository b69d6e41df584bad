// The task of which nothing is known: no latent yet, no cfg, no family.
#ifndef KSAMPLER_PLUGIN_UNKNOWN_TASK_HPP
#define KSAMPLER_PLUGIN_UNKNOWN_TASK_HPP

#include <ks/task.h>

namespace ksampler {

inline constexpr ks_task kUnknownTask = {.size = sizeof(ks_task),
                                         .items = 0,
                                         .channels = 0,
                                         .height = 0,
                                         .width = 0,
                                         .reserved = 0,
                                         .cfg = 0,
                                         .family = ""};

}  // namespace ksampler

#endif
