/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole pipelines in a program: a text as docs/pipeline.md describes it, or a workflow of ComfyUI, and
 * the pictures that it makes, in memory.
 *
 *   ks_pipelines* host;
 *   ks_pipelines_open(NULL, &host);
 *   const char* const inputs[] = {"base.seed=7", "base.steps=30"};
 *   ks_pipeline_settings settings = {sizeof settings};
 *   settings.folder = "configs";
 *   settings.inputs = inputs;
 *   settings.input_count = 2;
 *   ks_pipeline_callbacks callbacks = {sizeof callbacks};
 *   callbacks.picture = my_picture;
 *   if (ks_pipeline_run(host, text, &settings, &callbacks) != KS_OK) puts(ks_pipeline_error());
 *   ks_pipelines_close(host);
 *
 * Needs libks_pipeline, which opens LibTorch when the first run begins: that of $LIBTORCH_ROOT, or
 * where the program `ksampler` finds it. What uses samplers alone, with a model of its own, needs
 * ks/host.h, and no LibTorch.
 *
 *  1. Set `size` of each struct to its sizeof, and clear the rest. What is left zero takes its default.
 *  2. A function that can fail returns ks_status; ks_pipeline_error() has the sentence.
 *  3. Strings are UTF-8. What the library is given is copied; what it hands to a callback lives as long
 * as the call.
 */
#ifndef KS_PIPELINE_H
#define KS_PIPELINE_H

#include "status.h"
#include "version.h"

#include <stdint.h>

KS_EXTERN_C_BEGIN

/* The version of this interface. Minor versions only add. */
#define KS_PIPELINE_MAJOR 1u
#define KS_PIPELINE_MINOR 0u
/* Of the library: major << 16 | minor. [any-thread] */
KS_EXPORT uint32_t ks_pipeline_version(void);

/* ---- Failures. They are the calling thread's, and stay until its next failure. [any-thread] ---- */

/* What is wrong, a line for each thing, with its place in the text. Never null. */
KS_EXPORT const char* ks_pipeline_error(void);

/* What a thing is, for programs, which read no sentence. Take one that you do not know for
 * KS_KIND_OTHER: minor versions may add some. */

/* No YAML, no workflow, or no pipeline; a prompt or an input that is written wrongly. */
#define KS_KIND_SYNTAX "syntax"
/* That no node has. */
#define KS_KIND_UNKNOWN_TYPE "unknown_type"
/* Of a node, or a parameter of a sampler and the like. */
#define KS_KIND_UNKNOWN_INPUT "unknown_input"
/* That its node needs. */
#define KS_KIND_MISSING_INPUT "missing_input"
/* A value of another type than the input takes. */
#define KS_KIND_WRONG_TYPE "wrong_type"
/* A value below the input's range. */
#define KS_KIND_TOO_SMALL "too_small"
/* A value above it. */
#define KS_KIND_TOO_LARGE "too_large"
/* None of those that the input takes; a sampler, or the like, that is not there. */
#define KS_KIND_UNKNOWN_CHOICE "unknown_choice"
/* To no node, to no output, or in a circle. */
#define KS_KIND_BAD_LINK "bad_link"
/* To an output of another type. */
#define KS_KIND_WRONG_LINK "wrong_link"
/* There is nothing to run: nothing would come of it. */
#define KS_KIND_NO_OUTPUT "no_output"
/* A file or folder that is named and not there. */
#define KS_KIND_NO_FILE "no_file"
/* A file that is of no use: damaged, or of another format, network or family. */
#define KS_KIND_BAD_FILE "bad_file"
/* What the program did not allow: plugins of another folder, isolation, writing files, a file outside
 * of `out`. */
#define KS_KIND_NOT_ALLOWED "not_allowed"
/* This machine lacks LibTorch, or a GPU. */
#define KS_KIND_UNAVAILABLE "unavailable"
/* The memory of the device, or the limit of ks_pipelines_settings, does not suffice; the status is
 * KS_OUT_OF_MEMORY. A smaller picture or batch may do. */
#define KS_KIND_OUT_OF_MEMORY "out_of_memory"
/* An output was not written: the disk is full, or there is no right to write. */
#define KS_KIND_NOT_WRITTEN "not_written"
/* A plugin failed, crashed, or did not come back. */
#define KS_KIND_PLUGIN "plugin"
/* A callback ended the run: as the user wished, where the status is KS_STOPPED. */
#define KS_KIND_STOPPED "stopped"
/* A mistake in a call; the status is KS_INVALID_ARGUMENT. */
#define KS_KIND_BAD_ARGUMENT "bad_argument"
/* What is left: a node that cannot do what it is asked to. */
#define KS_KIND_OTHER "other"

/* One thing of the last failure. */
typedef struct ks_pipeline_problem {
  uint32_t size;
  int32_t line; /* in the text, from 1; 0: not known */
  int32_t column;
  uint32_t reserved;
  const char* kind;    /* KS_KIND_... */
  const char* message; /* for people, without the place */
  const char* node;    /* "" where it is about none */
  const char* input;   /* likewise */
} ks_pipeline_problem;
/* Thing `index` of the last failure, whose strings live until the thread's next one. `problem->size` is
 * set by the caller. 0 past the last. */
KS_EXPORT int ks_pipeline_problem_at(uint32_t index, ks_pipeline_problem* problem);

/* ---- A host: plugins, and networks that stay loaded from run to run ---- */

typedef struct ks_pipelines ks_pipelines;

/* Where plugins and models are, and what is computed on. */
typedef struct ks_pipelines_settings {
  uint32_t size;
  uint32_t plugin_folder_count;
  /* Searched besides those that came with the library, and before them. Code is loaded from no others:
   * a pipeline that names a folder under `plugins:` which is not here is refused. */
  const char* const* plugin_folders;
  /* Plugins that run in a process of their own, by name; "*": all. A pipeline whose `isolation:` names
   * another one is refused. */
  const char* const* isolate;
  uint32_t isolate_count;
  uint32_t model_folder_count;
  /* Folders of models as ComfyUI lays them, or ComfyUI's own. */
  const char* const* model_folders;
  /* "cpu", "cuda", or "auto": what the pipeline says, else CUDA where there is one. Null: "auto". */
  const char* device;
  /* On a CPU, the bytes that the whole process may have resident, the program's own among them; on a
   * GPU, those that networks may take. 0: by what there is. */
  uint64_t memory;
  /* Takes what plugins log, by level KS_LOG_... of ks/entry.h, and warnings, whose plugin is "". May be
   * null. [any-thread] */
  void (*log)(void* context, uint32_t level, const char* plugin, const char* line);
  void* log_context;
} ks_pipelines_settings;

/* Finds the plugins; LibTorch is not needed yet. `settings` may be null. Errors: a folder of models
 * that is not there; an `isolate` that names no plugin. */
KS_EXPORT ks_status ks_pipelines_open(const ks_pipelines_settings* settings, ks_pipelines** host);
/* Looks at the plugins again: what was built since is in the next run. What does not pass its test
 * stays as it was, and is logged. [any-thread] */
KS_EXPORT ks_status ks_pipelines_refresh(ks_pipelines* host);
/* Lets go of networks that no run uses. [any-thread] */
KS_EXPORT ks_status ks_pipelines_let_go(ks_pipelines* host);
/* No run may be under way. Null is allowed. LibTorch stays loaded. */
KS_EXPORT void ks_pipelines_close(ks_pipelines* host);

/* ---- A run ---- */

/* What a run is made of, besides its text. */
typedef struct ks_pipeline_settings {
  uint32_t size;
  uint32_t input_count;
  /* "node.input=value", as `ksampler run --set`: replace or add an input. */
  const char* const* inputs;
  const char* name;   /* what messages call the text; null: "pipeline" */
  const char* folder; /* what files in it are relative to; null: the working folder */
  /* The folder that nodes write to. Null: nothing is written; pictures go to callbacks->picture alone,
   * and a node that writes anything else is refused. */
  const char* out;
} ks_pipeline_settings;

/* What a picture comes from. */
enum {
  KS_PICTURE_SAVED = 0,   /* of SaveImage or SaveImageAdvanced */
  KS_PICTURE_PREVIEW = 1, /* of PreviewImage or ImageCompare */
  KS_PICTURE_STEP = 2     /* what the model takes the picture to be, in the middle of a run */
};

/* One picture, whose pixels live as long as the call. */
typedef struct ks_picture {
  uint32_t size;
  uint32_t kind; /* KS_PICTURE_... */
  uint32_t width;
  uint32_t height;
  uint32_t channels; /* 3: RGB, 4: RGBA */
  uint32_t index;    /* of the batch, from 0 */
  uint32_t count;    /* of the batch */
  uint32_t step;     /* KS_PICTURE_STEP: of `steps` */
  uint32_t steps;
  uint32_t reserved;
  const uint8_t* pixels; /* [height,width,channels], row by row, 8 bits each */
  const char* node;      /* by its name in the text */
} ks_picture;

/* Each may be null. Called on the thread that runs. What is not KS_OK ends the run at its next step:
 * KS_STOPPED as the user's wish, anything else as a failure. */
typedef struct ks_pipeline_callbacks {
  uint32_t size;
  uint32_t preview_every; /* steps between two pictures of KS_PICTURE_STEP; 0: none */
  void* context;
  ks_status (*picture)(void* context, const ks_picture* picture);
  /* A node begins. */
  ks_status (*node)(void* context, const char* node, const char* type);
  /* `step` of `steps` of a node that samples are done. */
  ks_status (*step)(void* context, const char* node, uint32_t step, uint32_t steps);
  /* A file was written. */
  ks_status (*file)(void* context, const char* node, const char* path);
} ks_pipeline_callbacks;

/* Whether a run would begin: parses and checks everything that can be known before. `settings` may be
 * null. [any-thread] */
KS_EXPORT ks_status ks_pipeline_check(ks_pipelines* host, const char* text,
                                      const ks_pipeline_settings* settings);
/* Checks and runs. Several may run at once, on threads of their own, and share networks. Errors: those
 * of the check, and what goes wrong in a node, whose name they have; KS_STOPPED. `settings` and
 * `callbacks` may be null. [any-thread] */
KS_EXPORT ks_status ks_pipeline_run(ks_pipelines* host, const char* text,
                                    const ks_pipeline_settings* settings,
                                    const ks_pipeline_callbacks* callbacks);

KS_LAYOUT_SIZE(ks_pipeline_problem, 48);
KS_LAYOUT_SIZE(ks_pipelines_settings, 72);
KS_LAYOUT_OFFSET(ks_pipelines_settings, device, 40);
KS_LAYOUT_SIZE(ks_pipeline_settings, 40);
KS_LAYOUT_SIZE(ks_picture, 56);
KS_LAYOUT_OFFSET(ks_picture, pixels, 40);
KS_LAYOUT_SIZE(ks_pipeline_callbacks, 48);

KS_EXTERN_C_END
#endif
