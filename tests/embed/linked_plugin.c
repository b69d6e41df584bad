/* A sampler that is linked into a program: one step of Euler's method to the last sigma. Its entry has
 * a name of its own
 * (-Dks_plugin_entry=...), so that two of them can be linked. */
#include <ks/ks.h>

#include <stdlib.h>

static ks_status sample(ks_sampler* sampler, const ks_run* run, ks_tensor* x) {
  (void)sampler;
  ks_tensor* denoised = NULL;
  const double first = run->sigmas[0];
  const double share = run->sigmas[run->steps] / first;
  const double coefficients[2] = {share, 1 - share};
  ks_tensor* terms[2] = {x, NULL};
  ks_status status = run->tensors->create(run, &denoised);
  if (status == KS_OK) status = run->denoise(run, x, first, denoised);
  terms[1] = denoised;
  if (status == KS_OK) status = run->tensors->lincomb(run, x, 2, coefficients, terms);
  run->tensors->release(run, denoised);
  return status;
}

static void destroy(ks_sampler* sampler) { free(sampler); }

static const ks_sampler_info kInfo = {.size = sizeof kInfo,
                                      .id = "one_step",
                                      .title = "One step",
                                      .summary = "One step of Euler's method.",
                                      .source = "Euler 1768",
                                      .fits = KS_FITS_ADDITIVE | KS_FITS_FLOW};

static const ks_sampler_info* info(uint32_t index) { return index == 0 ? &kInfo : NULL; }

static ks_status create(const ks_host* host, uint32_t index, const ks_value* values, uint32_t count,
                        ks_sampler** sampler) {
  (void)host, (void)index, (void)values, (void)count;
  ks_sampler* const made = calloc(1, sizeof *made);
  if (made == NULL) return KS_OUT_OF_MEMORY;
  made->size = sizeof *made;
  made->sample = &sample;
  made->destroy = &destroy;
  *sampler = made;
  return KS_OK;
}

static const ks_sampler_factory kFactory = {
    .size = sizeof kFactory, .count = 1, .info = &info, .create = &create};

static const void* factory(const char* id) {
  const char* const wanted = KS_SAMPLERS_1;
  size_t i = 0;
  while (id[i] != '\0' && id[i] == wanted[i]) ++i;
  return id[i] == wanted[i] ? &kFactory : NULL;
}

KS_EXTERN_C KS_EXPORT const ks_plugin ks_plugin_entry;
const ks_plugin ks_plugin_entry = {.size = sizeof(ks_plugin),
                                   .abi_major = KS_ABI_MAJOR,
                                   .abi_minor = KS_ABI_MINOR,
                                   .name = LINKED_NAME,
                                   .version = "1.0.0",
                                   .licence = "Apache-2.0",
                                   .factory = &factory};
