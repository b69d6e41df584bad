// A plugin of ABI 1.0 in C that makes every call there is: frozen, with the library that was built of it.
//
// No method to use: Heun's (Karras et al. 2022, Algorithm 1), with what the other calls give mixed in, so
// that the result is right only where each call is.
//   d  = (x - D(x, sigma)) / sigma,  x_2 = x + h * d,  d_2 = (x_2 - D(x_2, sigma_next)) / sigma_next
//   x <- c * (x + h * (d + d_2) / 2 + s_noise * sigma_next * noise)
//   c  = 1 + what norm, error_norm and the model's description and functions give, made small
#include <ks/ks.h>

#include <stdlib.h>
#include <string.h>

typedef struct heun {
  ks_sampler base;
  double s_noise;
  uint64_t order;
  int corrected;
  uint32_t mix; /* 0: guided, 1: unconditional */
  double weights[4];
  uint64_t weight_count;
} heun;

static ks_status heun_step(const heun* self, const ks_run* run, uint32_t i, ks_tensor* x,
                           ks_tensor** t) {
  const ks_tensor_ops* const ops = run->tensors;
  const double sigma = run->sigmas[i], next = run->sigmas[i + 1], h = next - sigma;
  ks_tensor *denoised = t[0], *unconditional = t[1], *x_2 = t[2], *noise = t[3], *denoised_2 = t[4];

  if (h == 0) return KS_OK;
  ks_status status = run->denoise_split(run, x, sigma, denoised, unconditional);
  const ks_step step = {sizeof(ks_step), i, sigma, x, denoised};
  if (status == KS_OK) status = run->step(run, &step);
  if (status != KS_OK) return status;
  ks_tensor* const guide = self->mix == 0 ? denoised : unconditional;

  const double euler[] = {1 + h / sigma, -h / sigma};
  ks_tensor* const euler_terms[] = {x, guide};
  status = ops->lincomb(run, x_2, 2, euler, euler_terms);
  if (status != KS_OK || next == 0) {
    const double one[] = {1.0};
    ks_tensor* const end[] = {x_2};
    return status == KS_OK ? ops->lincomb(run, x, 1, one, end) : status;
  }
  if (self->corrected && self->order == 2) {
    status = run->denoise(run, x_2, next, denoised_2);
    if (status == KS_OK) {
      const double heun[] = {1 + h / (2 * sigma), -h / (2 * sigma), h / (2 * next), -h / (2 * next)};
      ks_tensor* const heun_terms[] = {x, guide, x_2, denoised_2};
      status = ops->lincomb(run, x, 4, heun, heun_terms);
    }
  }
  if (status == KS_OK) status = run->noise(run, sigma, next, noise);
  if (status == KS_OK) {
    const double more[] = {1.0, self->s_noise * next};
    ks_tensor* const terms[] = {x, noise};
    status = ops->lincomb(run, x, 2, more, terms);
  }
  double norm = 0, error = 0;
  if (status == KS_OK) status = ops->norm(run, x, &norm);
  if (status == KS_OK) status = ops->error_norm(run, x, x_2, denoised, 0.01, 0.05, &error);
  if (status == KS_OK) {
    const ks_model_sampling* const m = run->model;
    const double t_of = m->timestep(m->context, sigma), s_of = m->sigma(m->context, t_of);
    double scale = 1 + norm / 1024 + error / 65536 + (s_of - sigma) +
                   m->percent_to_sigma(m->context, 0.5) / 4096 + m->sigma_max / 8192 + m->shift / 16384;
    for (uint64_t k = 0; k < self->weight_count; ++k) scale += self->weights[k];
    ks_tensor* const terms[] = {x};
    status = ops->lincomb(run, x, 1, &scale, terms);
  }
  return status;
}

static ks_status heun_sample(ks_sampler* sampler, const ks_run* run, ks_tensor* x) {
  const heun* const self = (const heun*)sampler->self;
  if (run->size < sizeof(ks_run) || run->tensors->size < sizeof(ks_tensor_ops) ||
      run->model->size < sizeof(ks_model_sampling)) {
    run->set_error(run, "the host's structures are smaller than those of ABI 1.0");
    return KS_UNSUPPORTED;
  }
  if (run->extension(run, "ks.nothing/1") != NULL) {
    run->set_error(run, "the host has an extension that is none");
    return KS_ERROR;
  }
  ks_tensor* t[5] = {NULL, NULL, NULL, NULL, NULL};
  ks_status status = KS_OK;
  for (int k = 0; k < 5 && status == KS_OK; ++k) status = run->tensors->create(run, &t[k]);
  for (uint32_t i = 0; i < run->steps && status == KS_OK; ++i) status = heun_step(self, run, i, x, t);
  for (int k = 0; k < 5; ++k) run->tensors->release(run, t[k]);
  return status;
}

static void heun_destroy(ks_sampler* sampler) { free(sampler->self); }

static const char* const mixes[] = {"guided", "unconditional"};
static const ks_param p_noise = {
    sizeof(ks_param), KS_PARAM_FLOAT, "s_noise", "Scale of the noise", 0, 2, 0.5, NULL, 0, 0};
static const ks_param p_order = {
    sizeof(ks_param), KS_PARAM_INTEGER, "order", "1 or 2", 1, 2, 2, NULL, 0, 0};
static const ks_param p_corrected = {
    sizeof(ks_param), KS_PARAM_BOOLEAN, "corrected", "Whether to ask again", 0, 1, 1, NULL, 0, 0};
static const ks_param p_mix = {
    sizeof(ks_param), KS_PARAM_CHOICE, "mix", "Which prediction", 0, 0, 0, mixes, 2, 0};
static const ks_param p_weights = {sizeof(ks_param),
                                   KS_PARAM_NUMBERS,
                                   "weights",
                                   "Up to four, added to the scale",
                                   -1,
                                   1,
                                   0,
                                   NULL,
                                   0,
                                   0};
static const ks_param* const heun_params[] = {&p_noise, &p_order, &p_corrected, &p_mix, &p_weights};

static const ks_sampler_info heun_info = {.size = sizeof(ks_sampler_info),
                                          .flags = KS_SAMPLER_STOCHASTIC | KS_SAMPLER_UNCONDITIONAL,
                                          .id = "frozen_heun",
                                          .title = "Heun, frozen",
                                          .summary = "Makes every call of ABI 1.0",
                                          .source = "Karras et al. 2022, Algorithm 1",
                                          .noise = KS_NOISE_GAUSSIAN,
                                          .fits = KS_FITS_ADDITIVE,
                                          .model_calls = 2,
                                          .model_calls_second_last = 2,
                                          .model_calls_last = 1,
                                          .params = heun_params,
                                          .param_count = 5};

static const ks_sampler_info* sampler_info(uint32_t index) { return index == 0 ? &heun_info : NULL; }

static ks_status create_sampler(const ks_host* host, uint32_t index, const ks_value* values,
                                uint32_t value_count, ks_sampler** sampler) {
  if (index != 0 || value_count != 5 || values[4].count > 4) {
    host->set_error(host, "frozen_heun takes five values, the last of at most four numbers");
    return KS_INVALID_ARGUMENT;
  }
  heun* made = (heun*)calloc(1, sizeof *made);
  if (made == NULL) return KS_OUT_OF_MEMORY;
  made->base.size = sizeof made->base;
  made->base.self = made;
  made->base.sample = heun_sample;
  made->base.destroy = heun_destroy;
  made->s_noise = values[0].number;
  made->order = (uint64_t)values[1].number;
  made->corrected = values[2].number != 0;
  made->mix = (uint32_t)values[3].number;
  made->weight_count = values[4].count;
  for (uint64_t k = 0; k < values[4].count; ++k) made->weights[k] = values[4].numbers[k];
  *sampler = &made->base;
  return KS_OK;
}

/* The model's table, thinned out: with the end of the list as parameter. */
static const ks_scheduler_info thinned_info = {
    .size = sizeof(ks_scheduler_info),
    .id = "frozen_thinned",
    .title = "Thinned table, frozen",
    .summary = "Equally far apart in the model's table",
    .source = "sigma_i = table[(n - 1) (steps - i) / steps]"};

static const ks_scheduler_info* scheduler_info(uint32_t index) {
  return index == 0 ? &thinned_info : NULL;
}

static ks_status thinned_schedule(ks_scheduler* scheduler, const ks_schedule* schedule) {
  (void)scheduler;
  const ks_model_sampling* const m = schedule->model;
  double sigmas[257];
  if (schedule->steps > 256 || m->sigma_count == 0) {
    schedule->set_error(schedule, "frozen_thinned takes at most 256 steps, and a model with a table");
    return KS_ERROR;
  }
  for (uint32_t i = 0; i < schedule->steps; ++i) {
    sigmas[i] = m->sigmas[(uint64_t)(m->sigma_count - 1) * (schedule->steps - i) / schedule->steps];
  }
  sigmas[schedule->steps] = 0;
  return schedule->emit(schedule, sigmas, schedule->steps + 1);
}

static void thinned_destroy(ks_scheduler* scheduler) { free(scheduler); }

static ks_status create_scheduler(const ks_host* host, uint32_t index, const ks_value* values,
                                  uint32_t value_count, ks_scheduler** scheduler) {
  (void)values;
  if (index != 0 || value_count != 0) {
    host->set_error(host, "frozen_thinned takes no value");
    return KS_INVALID_ARGUMENT;
  }
  ks_scheduler* made = (ks_scheduler*)calloc(1, sizeof *made);
  if (made == NULL) return KS_OUT_OF_MEMORY;
  made->size = sizeof *made;
  made->schedule = thinned_schedule;
  made->destroy = thinned_destroy;
  *scheduler = made;
  return KS_OK;
}

static ks_status init(const ks_host* host) {
  if (host->size < sizeof(ks_host) || host->extension(host, "ks.nothing/1") != NULL) {
    host->set_error(host, "no host of ABI 1.0");
    return KS_UNSUPPORTED;
  }
  host->log(host, KS_LOG_INFO, "frozen at ABI 1.0");
  return KS_OK;
}

static void deinit(void) {}

static const void* factory(const char* id) {
  static const ks_sampler_factory samplers = {sizeof(ks_sampler_factory), 1, sampler_info,
                                              create_sampler};
  static const ks_scheduler_factory schedulers = {sizeof(ks_scheduler_factory), 1, scheduler_info,
                                                  create_scheduler};
  if (strcmp(id, KS_SAMPLERS_1) == 0) return &samplers;
  if (strcmp(id, KS_SCHEDULERS_1) == 0) return &schedulers;
  return NULL;
}

KS_EXTERN_C KS_EXPORT const ks_plugin ks_plugin_entry;
const ks_plugin ks_plugin_entry = {.size = sizeof(ks_plugin),
                                   .abi_major = KS_ABI_MAJOR,
                                   .abi_minor = KS_ABI_MINOR,
                                   .name = "frozen-c",
                                   .version = "1.0.0",
                                   .licence = "Apache-2.0",
                                   .init = init,
                                   .deinit = deinit,
                                   .factory = factory};
