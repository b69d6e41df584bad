/* Samples a Gaussian of standard deviation 0.5 with dpmpp_2m: cc gaussian.c $(pkg-config --cflags
 * --libs ks_host) -lm */
#include <ks/host.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { SIZE = 4 * 64 * 64 };

static void check(ks_status status) {
  if (status == KS_OK) return;
  fprintf(stderr, "%s\n", ks_last_error());
  exit(1);
}

int main(int count, char** arguments) {
  const char* folder = count > 1 ? arguments[1] : "plugins";
  ks_library* library;
  check(ks_library_new(
      &(ks_library_settings){
          .size = sizeof(ks_library_settings), .folder_count = 1, .folders = &folder},
      &library));
  ks_levels* levels;
  check(ks_levels_named("eps", &levels));
  const ks_model_sampling* model = ks_levels_model(levels);
  double sigmas[21];
  uint32_t levels_made;
  check(ks_sigmas(library, &(ks_chosen){.size = sizeof(ks_chosen), .name = "karras"}, 20, 1, NULL,
                  model, sigmas, 21, &levels_made));

  static float x[SIZE];
  check(ks_initial_noise(42, KS_PROFILE_COMFY, 1, SIZE, NULL, x));
  for (int i = 0; i < SIZE; ++i) x[i] *= (float)sigmas[0];

  ks_session* session;
  check(ks_session_new(
      library,
      &(ks_session_settings){.size = sizeof(ks_session_settings),
                             .sampler = &(ks_chosen){.size = sizeof(ks_chosen), .name = "dpmpp_2m"},
                             .sigmas = sigmas,
                             .sigma_count = levels_made,
                             .model = model,
                             .items = 1,
                             .channels = 4,
                             .height = 64,
                             .width = 64,
                             .x = x},
      &session));
  ks_want want = {.size = sizeof want};
  for (check(ks_session_next(session, &want)); want.kind == KS_WANT_DENOISE;
       check(ks_session_next(session, &want))) {
    /* the model: E[x0 | x] of data with that deviation */
    for (int i = 0; i < SIZE; ++i)
      ((float*)want.out)[i] =
          (float)(((const float*)want.x)[i] * 0.25 / (0.25 + want.sigma * want.sigma));
  }
  double squares = 0;
  for (int i = 0; i < SIZE; ++i) squares += (double)x[i] * x[i];
  printf("standard deviation %.3f\n", sqrt(squares / SIZE));
  ks_session_free(session);
  ks_levels_free(levels);
  ks_library_free(library);
  return 0;
}
