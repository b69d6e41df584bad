/* Every type of the ABI, reached from exported symbols, so that `abidw` and `abidiff` see them all. */
#include <ks/ks.h>

KS_EXPORT const ks_plugin* abi_plugin(const ks_host* host) {
  return host == NULL ? NULL : host->context;
}
KS_EXPORT const ks_sampler_factory* abi_samplers(void) { return NULL; }
KS_EXPORT const ks_scheduler_factory* abi_schedulers(void) { return NULL; }
KS_EXPORT const ks_step* abi_step(const ks_run* run) { return run == NULL ? NULL : run->context; }
