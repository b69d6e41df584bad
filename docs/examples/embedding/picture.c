/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a pipeline, and keeps its first picture in memory:  picture PIPELINE.yaml PICTURE.ppm
 */
#include <ks/pipeline.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ks_status step(void* context, const char* node, uint32_t at, uint32_t steps) {
  (void)context;
  fprintf(stderr, "\r%s: %u of %u%s", node, at, steps, at == steps ? "\n" : "");
  return KS_OK;
}

static ks_status picture(void* context, const ks_picture* made) {
  const char* const file = context;
  FILE* const out = made->index == 0 && made->channels == 3 ? fopen(file, "wb") : NULL;
  if (out == NULL) {
    if (made->index == 0) perror(file);
    return made->index == 0 ? KS_ERROR : KS_OK;
  }
  fprintf(out, "P6 %u %u 255\n", made->width, made->height);
  fwrite(made->pixels, 3, (size_t)made->width * made->height, out);
  printf("%s: %u x %u, of node %s\n", file, made->width, made->height, made->node);
  return fclose(out) == 0 ? KS_OK : KS_ERROR;
}

int main(int argc, char** argv) {
  static char text[1 << 20];
  if (argc != 3) {
    fprintf(stderr, "picture PIPELINE.yaml PICTURE.ppm\n");
    return EXIT_FAILURE;
  }
  FILE* const in = fopen(argv[1], "rb");
  if (in == NULL || fread(text, 1, sizeof text - 1, in) == 0) {
    perror(argv[1]);
    return EXIT_FAILURE;
  }
  fclose(in);
  static char folder[4096];
  snprintf(folder, sizeof folder, "%s", argv[1]);
  char* const slash = strrchr(folder, '/');
  if (slash != NULL) *slash = '\0';

  ks_pipelines* host = NULL;
  const ks_pipeline_settings settings = {
      .size = sizeof settings, .name = argv[1], .folder = slash == NULL ? "." : folder};
  const ks_pipeline_callbacks callbacks = {
      .size = sizeof callbacks, .context = argv[2], .picture = picture, .step = step};
  ks_status status = ks_pipelines_open(NULL, &host);
  if (status == KS_OK) status = ks_pipeline_run(host, text, &settings, &callbacks);
  if (status != KS_OK) fprintf(stderr, "%s\n", ks_pipeline_error());
  ks_pipelines_close(host);
  return status == KS_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
