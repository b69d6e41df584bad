/* A program of ks/pipeline.h 1.0, as one in the field was built against it: checks, runs, stops, fails;
 * prints what numbers.py computes, and what the header promises. client CONFIGS OUT */
#include <ks/pipeline.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures = 0;

static void check(ks_status status, ks_status expected, const char* what) {
  if (status == expected) return;
  printf("failed %s: %d %s\n", what, (int)status, ks_pipeline_error());
  ++failures;
}

/* What a run says. */
struct heard {
  int nodes, steps, previews, pictures, files;
  ks_status after_step;
  ks_picture last;
  uint8_t pixels[3];
  uint8_t sum;
  char node[64];
};

static ks_status picture(void* context, const ks_picture* made) {
  struct heard* const heard = context;
  ++*(made->kind == KS_PICTURE_STEP ? &heard->previews : &heard->pictures);
  if (made->kind != KS_PICTURE_SAVED) return KS_OK;
  heard->last = *made;
  memcpy(heard->pixels, made->pixels, sizeof heard->pixels);
  snprintf(heard->node, sizeof heard->node, "%s", made->node);
  for (size_t i = 0; i < (size_t)made->width * made->height * made->channels; ++i) {
    heard->sum = (uint8_t)(31 * heard->sum + made->pixels[i]);
  }
  return KS_OK;
}

static ks_status node(void* context, const char* name, const char* type) {
  (void)type;
  if (name[0] != '\0') ++((struct heard*)context)->nodes;
  return KS_OK;
}

static ks_status step(void* context, const char* name, uint32_t at, uint32_t steps) {
  struct heard* const heard = context;
  if (strcmp(name, "base") == 0 && at <= steps) ++heard->steps;
  return heard->after_step;
}

static ks_status file(void* context, const char* name, const char* path) {
  if (strcmp(name, "save") == 0 && strstr(path, ".png") != NULL) ++((struct heard*)context)->files;
  return KS_OK;
}

static void log_line(void* context, uint32_t level, const char* plugin, const char* line) {
  (void)context, (void)level, (void)plugin, (void)line;
}

static struct heard run(ks_pipelines* host, const char* text, const ks_pipeline_settings* settings,
                        ks_status after_step, ks_status expected) {
  struct heard heard = {.after_step = after_step};
  const ks_pipeline_callbacks callbacks = {.size = sizeof callbacks,
                                           .preview_every = 2,
                                           .context = &heard,
                                           .picture = picture,
                                           .node = node,
                                           .step = step,
                                           .file = file};
  check(ks_pipeline_run(host, text, settings, &callbacks), expected, "ks_pipeline_run");
  return heard;
}

static void print_problems(const char* name) {
  ks_pipeline_problem problem = {.size = sizeof problem};
  for (uint32_t i = 0; ks_pipeline_problem_at(i, &problem); ++i) {
    printf("%s %d %d %s %s %s %d\n", name, (int)problem.line, (int)problem.column, problem.kind,
           problem.node[0] ? problem.node : "-", problem.input[0] ? problem.input : "-",
           problem.message[0] != '\0');
  }
}

static const char kBlend[] =
    "nodes:\n"
    "  a:    { type: EmptyImage, width: 5, height: 4, batch_size: 2, color: 13198643 }\n"
    "  b:    { type: EmptyImage, width: 5, height: 4, batch_size: 2, color: 6604026 }\n"
    "  both: { type: ImageBlend, image1: $a, image2: $b, blend_factor: 0.5, blend_mode: normal }\n"
    "  save: { type: SaveImage, images: $both }\n";

static const char kSampled[] =
    "nodes:\n"
    "  checkpoint: { type: CheckpointLoaderSimple, ckpt_name: models/shapes.safetensors }\n"
    "  prompt: { type: CLIPTextEncode, clip: $checkpoint.clip, text: a red star }\n"
    "  empty: { type: CLIPTextEncode, clip: $checkpoint.clip, text: \"\" }\n"
    "  canvas: { type: EmptyLatentImage, width: 64, height: 64, batch_size: 1 }\n"
    "  base: { type: KSampler, model: $checkpoint.model, positive: $prompt, negative: $empty,\n"
    "          latent_image: $canvas, seed: 1, steps: 3, sampler_name: euler, scheduler: karras,\n"
    "          cfg: 2.0 }\n"
    "  image: { type: VAEDecode, vae: $checkpoint.vae, samples: $base }\n"
    "  save: { type: SaveImage, images: $image }\n";

static const char kWrong[] =
    "nodes:\n"
    "  a:    { type: EmptyImag, width: 5 }\n"
    "  b:    { type: EmptyImage, width: 0, height: 4, batch_size: 1, color: 0 }\n"
    "  save: { type: SaveImage, images: $c }\n";

int main(int count, char** arguments) {
  if (count != 3) return 1;
  const char* const isolate[] = {"k-diffusion"};
  const ks_pipelines_settings where = {
      .size = sizeof where, .isolate = isolate, .isolate_count = 1, .device = "cpu", .log = log_line};
  ks_pipelines* host = NULL;
  check(ks_pipelines_open(&where, &host), KS_OK, "ks_pipelines_open");
  if (host == NULL) return 1;
  printf("version %u\n", ks_pipeline_version() >> 16);

  const char* const inputs[] = {"both.blend_factor=0.3"};
  ks_pipeline_settings settings = {.size = sizeof settings,
                                   .input_count = 1,
                                   .inputs = inputs,
                                   .name = "blend",
                                   .folder = arguments[1]};
  check(ks_pipeline_check(host, kBlend, &settings), KS_OK, "ks_pipeline_check");
  struct heard heard = run(host, kBlend, &settings, KS_OK, KS_OK);
  printf("blend %u %u %u\n", heard.pixels[0], heard.pixels[1], heard.pixels[2]);
  printf("picture %u %u %u %u %u %s\n", heard.last.width, heard.last.height, heard.last.channels,
         heard.last.index, heard.last.count, heard.node);
  printf("heard %d %d %d %d %d\n", heard.nodes, heard.steps, heard.previews, heard.pictures,
         heard.files);

  settings.input_count = 0;
  settings.out = arguments[2];
  heard = run(host, kSampled, &settings, KS_OK, KS_OK);
  printf("picture %u %u %u %u %u %s\n", heard.last.width, heard.last.height, heard.last.channels,
         heard.last.index, heard.last.count, heard.node);
  printf("heard %d %d %d %d %d\n", heard.nodes, heard.steps, heard.previews, heard.pictures,
         heard.files);
  check(ks_pipelines_refresh(host), KS_OK, "ks_pipelines_refresh");
  check(ks_pipelines_let_go(host), KS_OK, "ks_pipelines_let_go");
  const uint8_t sum = heard.sum;
  heard = run(host, kSampled, &settings, KS_OK, KS_OK);
  printf("again %d\n", heard.sum == sum);

  heard = run(host, kSampled, &settings, KS_STOPPED, KS_STOPPED);
  printf("stopped_after %d\n", heard.steps);
  print_problems("stopped");
  check(ks_pipeline_check(host, kWrong, NULL), KS_ERROR, "a wrong pipeline");
  print_problems("wrong");
  check(ks_pipeline_check(host, NULL, NULL), KS_INVALID_ARGUMENT, "no text");
  print_problems("argument");
  ks_pipelines_close(host);
  ks_pipelines_close(NULL);
  printf("failures %d\n", failures);
  return failures;
}
