/* A program of ks/host.h 1.0, as one in the field was built against it: lists, schedules, samples on
 * eight numbers with guiders and without, gives a run up, fails; prints numbers that numbers.py
 * computes. */
#include <ks/host.h>

#include <stdio.h>
#include <string.h>

enum { SIZE = 8 };

static int failures = 0;

static void check(ks_status status, ks_status expected, const char* what) {
  if (status == expected) return;
  printf("failed %s: %d %s\n", what, (int)status, ks_last_error());
  ++failures;
}

/* E[x0 | x] of data with a standard deviation of 0.5. */
static void gaussian(const ks_want* want, void* out, double scale) {
  for (int i = 0; i < SIZE; ++i) {
    ((float*)out)[i] =
        (float)(((const float*)want->x)[i] * scale * 0.25 / (0.25 + want->sigma * want->sigma));
  }
}

static ks_status answer(void* context, ks_session* session, const ks_want* want) {
  (void)session;
  ++*(int*)context;
  if (want->kind != KS_WANT_DENOISE) return KS_OK;
  gaussian(want, want->out, 1.0);
  if (want->negative != NULL) gaussian(want, want->negative, 0.5);
  return KS_OK;
}

static void print(const char* name, const float* x) {
  printf("%s", name);
  for (int i = 0; i < SIZE; ++i) printf(" %.6f", (double)x[i]);
  printf("\n");
}

int main(int count, char** arguments) {
  const char* folder = count > 1 ? arguments[1] : "plugins";
  ks_library_settings where = {.size = sizeof where, .folder_count = 1, .folders = &folder};
  ks_library* library = NULL;
  check(ks_library_new(&where, &library), KS_OK, "ks_library_new");
  if (library == NULL) return 1;
  printf("version %u\n", ks_host_version() >> 16);
  int found = 0;
  for (uint32_t i = 0; ks_library_sampler(library, i) != NULL; ++i) {
    const ks_sampler_info* info = ks_library_sampler(library, i);
    if (strcmp(info->id, "euler_ancestral") == 0) {
      found = strcmp(ks_library_plugin_of(library, info, NULL, NULL), "k-diffusion") == 0 &&
              strcmp(info->params[0]->id, "eta") == 0;
    }
  }
  printf("listed %d\n",
         found && ks_library_scheduler(library, 0) != NULL && ks_library_guider(library, 0) != NULL &&
             ks_library_noise(library, 0) != NULL && strcmp(ks_library_broken(library), "") == 0);

  ks_levels* levels = NULL;
  check(ks_levels_flow(3.0, 1000.0, &levels), KS_OK, "ks_levels_flow");
  ks_levels_free(levels);
  check(ks_levels_named("eps", &levels), KS_OK, "ks_levels_named");
  const ks_model_sampling* model = ks_levels_model(levels);
  ks_levels* table = NULL;
  check(ks_levels_table(model->sigmas, model->sigma_count, KS_PREDICTION_EPS, &table), KS_OK,
        "ks_levels_table");
  ks_levels_free(table);

  double sigmas[9];
  uint32_t levels_made = 0;
  ks_chosen karras = {.size = sizeof karras, .name = "karras"};
  check(ks_sigmas(library, &karras, 4, 1.0, NULL, model, sigmas, 9, &levels_made), KS_OK, "ks_sigmas");
  printf("sigmas");
  for (uint32_t i = 0; i < levels_made; ++i) printf(" %.6f", sigmas[i]);
  printf("\n");

  float x[SIZE], noise[SIZE * 2];
  check(ks_initial_noise(42, KS_PROFILE_COMFY, 1, 2 * SIZE, NULL, noise), KS_OK, "ks_initial_noise");
  printf("noise %.4f %.4f %.4f\n", (double)noise[0], (double)noise[1], (double)noise[2]);

  const ks_setting no_noise = {.name = "eta", .number = 0.0};
  ks_chosen sampler = {.size = sizeof sampler, .name = "dpmpp_2m"};
  ks_session_settings settings = {.size = sizeof settings,
                                  .sampler = &sampler,
                                  .sigmas = sigmas,
                                  .sigma_count = levels_made,
                                  .model = model,
                                  .items = 1,
                                  .channels = 2,
                                  .height = 2,
                                  .width = 2,
                                  .x = x,
                                  .seed = 1,
                                  .cfg = 3.0};
  int asked = 0;
  for (int i = 0; i < SIZE; ++i) x[i] = (float)(i - 3);
  check(ks_sample(library, &settings, &answer, &asked), KS_OK, "ks_sample");
  printf("asked %d\n", asked);
  print("dpmpp_2m", x);

  sampler.name = "k-diffusion/euler_ancestral";
  sampler.settings = &no_noise;
  sampler.setting_count = 1;
  ks_chosen cfg = {.size = sizeof cfg, .name = "cfg"};
  const ks_chosen* const guiders[] = {&cfg};
  settings.guiders = guiders;
  settings.guider_count = 1;
  settings.flags = KS_SESSION_STEPS;
  asked = 0;
  for (int i = 0; i < SIZE; ++i) x[i] = (float)(i - 3);
  check(ks_sample(library, &settings, &answer, &asked), KS_OK, "ks_sample with guiders");
  printf("asked %d\n", asked);
  print("guided", x);

  ks_session* session = NULL;
  ks_want want = {.size = sizeof want};
  check(ks_session_new(library, &settings, &session), KS_OK, "ks_session_new");
  check(ks_session_next(session, &want), KS_OK, "ks_session_next");
  ks_session_fail(session, KS_ERROR, "no model");
  check(ks_session_next(session, &want), KS_ERROR, "ks_session_next after a failure");
  printf("error %s\n", ks_last_error());
  ks_session_free(session);
  check(ks_session_new(library, &settings, &session), KS_OK, "ks_session_new");
  check(ks_session_next(session, &want), KS_OK, "ks_session_next");
  ks_session_free(session); /* in the middle */

  sampler.name = "nothing_of_that_name";
  check(ks_session_new(library, &settings, &session), KS_ERROR, "an unknown sampler");
  ks_problem problem = {.size = sizeof problem};
  printf("problems %u\n", ks_last_problems(&problem, 1));
  ks_levels_free(levels);
  ks_library_free(library);
  printf("failures %d\n", failures);
  return failures;
}
