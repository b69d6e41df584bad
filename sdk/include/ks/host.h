/* SPDX-License-Identifier: Apache-2.0
 *
 * The other side of ks.h: plugins of KSampler, used by a program. Plain C11; libks_host needs the C and
 * C++ libraries alone. Tensors are the caller's memory, and so is the model: a session asks for each
 * prediction, and the caller owns the loop. Many sessions may be open on one thread, and their
 * questions answered by one batch of the model.
 *
 *   ks_session* session;
 *   ks_session_new(library, &settings, &session);
 *   ks_want want = {sizeof want};
 *   ks_status status;
 *   while ((status = ks_session_next(session, &want)) == KS_OK && want.kind == KS_WANT_DENOISE) {
 *     ... write D(want.x, want.sigma) to want.out ...
 *   }
 *   if (status != KS_OK) ... ks_last_error() ...
 *   ks_session_free(session);
 *
 * Conventions
 *  1. Every struct that may grow begins with its size, which the caller sets, and grows at its end.
 * What is left zero takes its default.
 *  2. A function that can fail returns ks_status; ks_last_error() has the sentence. An object that
 * could not be made is null.
 *  3. Strings are UTF-8. What the library hands out lives as long as is said; what it is given is
 * copied, but for x, the model's levels and functions.
 *  4. A library is used by one thread at a time; sessions are independent of it and of each other. A
 *     session is used by one thread at a time, not always the same one.
 */
#ifndef KS_HOST_H
#define KS_HOST_H

#include "ks.h"

KS_EXTERN_C_BEGIN

/* The version of this interface. Minor versions only add. */
#define KS_HOST_MAJOR 1u
#define KS_HOST_MINOR 1u
/* Of the library: major << 16 | minor. [any-thread] */
KS_EXPORT uint32_t ks_host_version(void);

/* ---- Failures. They are the calling thread's, and stay until its next failure. [any-thread] ---- */

/* What is wrong, a line for each thing. Never null. */
KS_EXPORT const char* ks_last_error(void);
/* One thing of the last failure. */
typedef struct ks_problem {
  uint32_t size;
  int32_t line; /* in `file`, from 1; 0: not known */
  int32_t column;
  uint32_t reserved;
  const char* kind;    /* for programs: "unknown_choice", "plugin", ...; "other" */
  const char* message; /* for people, without the place */
  const char* file;    /* "" where it is of none */
} ks_problem;
/* The things one by one: at most `room` of them are written, their sizes, too; returns how many there
 * are. Their strings live until the thread's next failure. */
KS_EXPORT uint32_t ks_last_problems(ks_problem* problems, uint32_t room);

/* ---- Plugins ---- */

/* Plugins in folders, and those that were added. */
typedef struct ks_library ks_library;

/* Where they are, and how they run. */
typedef struct ks_library_settings {
  uint32_t size;
  uint32_t folder_count;
  /* Searched for plugin.toml, themselves and their folders one level down. */
  const char* const* folders;
  /* Plugins that run in a process of their own, by name (of one that is there); "*": all. Those whose
   * manifest says so do, too. */
  const char* const* isolate;
  uint32_t isolate_count;
  /* That a plugin may compute between two calls, in milliseconds; 0: 10000. */
  uint32_t isolation_limit;
  /* ksampler-isolate, which isolation and ks_library_refresh need. Null: $KSAMPLER_ISOLATE, or else the
   * one that was installed with this library, or stands beside it or the program. */
  const char* isolating_program;
  /* Takes what plugins log. May be null. [any-thread] */
  void (*log)(void* context, uint32_t level, const char* plugin, const char* line);
  void* log_context;
} ks_library_settings;

/* `settings` may be null: no folder. A plugin that cannot be loaded is no error here: see
 * ks_library_broken. */
KS_EXPORT ks_status ks_library_new(const ks_library_settings* settings, ks_library** library);
/* Null is allowed. Sessions live on. */
KS_EXPORT void ks_library_free(ks_library* library);

/* Adds a plugin by its file, without a manifest: it is not looked at again. Runs its code. */
KS_EXPORT ks_status ks_library_load(ks_library* library, const char* file);
/* Adds a plugin that is linked into the program, where there is no dlopen: its ks_plugin_entry,
 * compiled with -Dks_plugin_entry=a_name_of_its_own. It lives until the process ends. */
KS_EXPORT ks_status ks_library_add(ks_library* library, const ks_plugin* entry);

/* What became of a plugin when its files were looked at again. */
enum {
  KS_PLUGIN_UNCHANGED = 0,
  KS_PLUGIN_SWAPPED = 1, /* a new generation is in use; sessions that run keep the old one */
  KS_PLUGIN_ADDED = 2,
  KS_PLUGIN_REMOVED = 3,
  KS_PLUGIN_REFUSED =
      4 /* its new files are not used, and `reason` says why; what was in use still is */
};
/* Of one plugin; lives while `changed` runs. */
typedef struct ks_plugin_change {
  uint32_t size;
  uint32_t kind;       /* KS_PLUGIN_... */
  const char* plugin;  /* "" for a manifest that cannot be read */
  const char* reason;  /* "" where there is none */
  uint64_t generation; /* in use now; 0: none */
  double seconds;      /* from the settled file to its use; 0 where it was not swapped */
} ks_plugin_change;
/* Looks at the folders again, and takes what was built anew: each new library is tried in a process of
 * its own first, so that one that crashes or hangs is refused. `changed`, which may be null, is called
 * for each plugin. Descriptors that were handed out before are gone. */
KS_EXPORT ks_status ks_library_refresh(ks_library* library,
                                       void (*changed)(void* context, const ks_plugin_change* change),
                                       void* context);

/* Descriptors, as the plugins declare them, in the order of the plugins' names; null past the last.
 * They live until the library is freed, refreshed or added to. */
KS_EXPORT const ks_sampler_info* ks_library_sampler(const ks_library* library, uint32_t index);
/* Likewise. */
KS_EXPORT const ks_scheduler_info* ks_library_scheduler(const ks_library* library, uint32_t index);
/* Likewise. */
KS_EXPORT const ks_guider_info* ks_library_guider(const ks_library* library, uint32_t index);
/* Likewise. */
KS_EXPORT const ks_noise_info* ks_library_noise(const ks_library* library, uint32_t index);
/* The plugin that a descriptor is of: its name; `version` and `generation` may be null. Null for what
 * is no descriptor of this library. */
KS_EXPORT const char* ks_library_plugin_of(const ks_library* library, const void* info,
                                           const char** version, uint64_t* generation);
/* What is wrong with plugins that are in the folders and cannot be used, or with new files of theirs
 * that were refused: a line each; "" where nothing is. Lives as descriptors do. */
KS_EXPORT const char* ks_library_broken(const ks_library* library);

/* A parameter that is set, by its name. Those that are not have their defaults. */
typedef struct ks_setting {
  const char* name;
  double number;         /* boolean: 0 or 1; whole numbers are those of KS_PARAM_INTEGER */
  const char* text;      /* of KS_PARAM_CHOICE; null: `number` is its index */
  const double* numbers; /* of KS_PARAM_NUMBERS: `count` of them */
  uint64_t count;
} ks_setting;

/* A sampler, scheduler, guider or noise source: "euler", or "k-diffusion/euler". */
typedef struct ks_chosen ks_chosen;
struct ks_chosen {
  uint32_t size;
  uint32_t setting_count;
  const char* name;
  const ks_setting* settings;
  const ks_chosen* inside; /* the sampler that this one runs (ks/runs.h); null: its own choice */
};

/* ---- Noise levels ---- */

/* The caller's own, or one of these. */
typedef struct ks_levels ks_levels;
/* By name: "eps", "v", "v_zsnr", "edm", "flow", "flux", "x0", "cosmos_flow". */
KS_EXPORT ks_status ks_levels_named(const char* name, ks_levels** levels);
/* A rectified flow: sigma = shift t / (1 + (shift - 1) t), timestep = multiplier t. */
KS_EXPORT ks_status ks_levels_flow(double shift, double multiplier, ks_levels** levels);
/* The sigma of each timestep, rising, with additive noise: what ComfyUI's model_sampling.sigmas and
 * diffusers' sqrt((1 - alphas_cumprod) / alphas_cumprod) have. `prediction`: KS_PREDICTION_... */
KS_EXPORT ks_status ks_levels_table(const double* sigmas, uint32_t count, uint32_t prediction,
                                    ks_levels** levels);
/* Lives as long as the levels. */
KS_EXPORT const ks_model_sampling* ks_levels_model(const ks_levels* levels);
/* Null is allowed. No session may use them any more. */
KS_EXPORT void ks_levels_free(ks_levels* levels);

/* What a scheduler gives for `steps` steps: at most `room` sigmas are written, `count` says how many
 * there are. Float32 values, widened. As ComfyUI's KSampler: below `denoise` 1 the last `steps` of a
 * longer schedule; for a sampler that drops its last sigma but one (`sampler`, may be null) one step
 * more is asked for and that one left out. */
KS_EXPORT ks_status ks_sigmas(ks_library* library, const ks_chosen* scheduler, uint32_t steps,
                              double denoise, const char* sampler, const ks_model_sampling* model,
                              double* sigmas, uint32_t room, uint32_t* count);

/* ---- Noise ---- */

/* Whose noise a session draws, and ks_noise. */
enum {
  KS_PROFILE_COMFY = 0,           /* ComfyUI's: one generator for a batch, of `seed` */
  KS_PROFILE_BATCH_INVARIANT = 1, /* one for each item: an item does not depend on its batch */
  KS_PROFILE_ASKED = 2            /* the session asks for it: KS_WANT_NOISE */
};

/* The noise that a run begins with: `items` times `elements` standard normals, as torch.randn gives
 * them after manual_seed(seed). `batch_index`, where not null: the numbers of the items in their batch,
 * one for each.
 */
KS_EXPORT ks_status ks_initial_noise(uint64_t seed, uint32_t profile, uint32_t items, uint64_t elements,
                                     const int64_t* batch_index, float* noise);

/* ---- Where tensors live ---- */

enum { KS_FLOAT32 = 0, KS_FLOAT16 = 1, KS_BFLOAT16 = 2 };

/* Memory of a CUDA device, as torch, CuPy and CUDA's runtime have it: in the device's primary context.
 * The library needs NVIDIA's driver, and NVRTC, which those bring along, and finds them by itself. All
 * that a session does is put on `stream`, in order, and waits for nothing: x is ready when the stream
 * gets to it, and the tensors of a question are, too. So the answer is written on that stream, or on
 * another one that waits for it. What waits for the device all the same: norms (adaptive samplers),
 * noise that is cut off, the ninth draw of noise that the device has not read yet, and ks_session_free
 * for those. \since 1.1 */
typedef struct ks_cuda {
  uint32_t size;
  int32_t device; /* its number, from 0, as CUDA counts */
  void* stream;   /* a cudaStream_t, which outlives the session; null: the default stream */
} ks_cuda;
/* Whether sessions can compute on a CUDA device: else there is no driver, no NVRTC or no such device,
 * and ks_last_error() says which. The first call for a device compiles the kernels there. [any-thread]
 * \since 1.1 */
KS_EXPORT ks_status ks_cuda_check(int32_t device);

/* A caller's memory, where it is neither main memory nor that of a CUDA device. A tensor is a pointer,
 * or a number, of the caller's; it has the latent's items and channels. All functions are called by the
 * thread that calls ks_session_next or ks_session_free, inside of it. Samplers that ask for more than
 * this (ks/expression.h, ks/filter.h, another size) fail with a sentence. */
typedef struct ks_space {
  uint32_t size;
  uint32_t reserved;
  void* context;
  /* A tensor of the session's element type, contents undefined. */
  ks_status (*create)(void* context, uint32_t height, uint32_t width, void** tensor);
  void (*release)(void* context, void* tensor);
  /* dst = sum of coefficients[k] * terms[k], in float32 at the least; a count of 0 is zeros; dst may be
   * among the terms. */
  ks_status (*lincomb)(void* context, void* dst, uint32_t count, const float* coefficients,
                       const void* const* terms);
  /* As ks_tensor_ops (ks/tensor.h) has them. Null: adaptive samplers fail. */
  ks_status (*norm)(void* context, const void* tensor, double* result);
  ks_status (*error_norm)(void* context, const void* low, const void* high, const void* previous,
                          double atol, double rtol, double* result);
  /* tensor = float32 values of main memory. Null: profile KS_PROFILE_ASKED alone. */
  ks_status (*put)(void* context, void* tensor, const float* values, uint64_t count);
} ks_space;

/* ---- A run ---- */

/* Bits of ks_session_settings.flags. */
enum { KS_SESSION_STEPS = 1u << 0 /* asks KS_WANT_STEP, too */ };

/* What a session is made of. */
typedef struct ks_session_settings {
  uint32_t size;
  uint32_t flags; /* KS_SESSION_... */
  const ks_chosen* sampler;
  const double* sigmas;           /* rounded to float32 */
  uint32_t sigma_count;           /* steps + 1 */
  uint32_t element;               /* KS_FLOAT32, ... of the latent */
  const ks_model_sampling* model; /* lives as long as the session */
  /* The latent's shape. What is no picture has height 1. */
  uint32_t items, channels, height, width;
  void* x;               /* noisy at sigmas[0]; in the end the result. Contiguous, or of the space */
  const ks_space* space; /* null: main memory, or that of `cuda` */
  uint64_t seed;
  uint32_t profile; /* KS_PROFILE_... of the noise that the sampler draws */
  uint32_t guider_count;
  const int64_t* batch_index; /* `items` of them, as ks_initial_noise has it; null: 0, 1, ... */
  /* Guiders, in their order (ks/guider.h). Where there are some, KS_WANT_DENOISE asks for the
   * prediction of the positive prompt, and of others; the session makes one of them. */
  const ks_chosen* const* guiders;
  const ks_chosen* const* noises; /* sources that shape the noise (ks/noise.h) */
  uint32_t noise_count;
  uint32_t reserved;
  double cfg;         /* the guidance scale, for guiders; samplers are told. 0 is 0 */
  const char* family; /* of the model, such as "sdxl"; null: not known */
  const ks_cuda*
      cuda; /* x is there, and so is all that is asked with; null: not. Not with `space`. \since 1.1 */
} ks_session_settings;

/* A run of a sampler whose model is the caller. */
typedef struct ks_session ks_session;
/* Makes what is chosen, and runs nothing yet. */
KS_EXPORT ks_status ks_session_new(ks_library* library, const ks_session_settings* settings,
                                   ks_session** session);

enum {
  KS_WANT_NOTHING = 0, /* done: x is the result */
  KS_WANT_DENOISE = 1, /* write D(x, sigma) to `out`, and to each of the others that is not null */
  KS_WANT_NOISE = 2,   /* write a fresh draw of unit variance to `out` */
  KS_WANT_STEP = 3     /* a step: x at sigma, and `out` the latest prediction; to look at alone */
};

/* What a session asks. It is answered by writing, and calling ks_session_next again. Tensors are
 * contiguous, of the latent's type, and live until then; they are few, and used again. */
typedef struct ks_want {
  uint32_t size;
  uint32_t kind; /* KS_WANT_... */
  double sigma;  /* of x; of a noise, where its interval begins */
  double sigma_next;
  const void* x;
  void* out;
  void* unconditional; /* DENOISE of a CFG++ sampler without guiders: the unconditional prediction */
  void* negative;      /* DENOISE with guiders: those of the negative prompt, */
  void* empty;         /* and of an empty one; `out` is that of the positive prompt, unguided */
  uint32_t height;     /* of these tensors: another one than the latent's, where a sampler goes there */
  uint32_t width;
  uint32_t step; /* STEP: which, from 0 */
  uint32_t steps;
  /* DENOISE with a guider of KS_GUIDER_NEEDS_PERTURBED: the prediction of the weakened network, which
   * ks/guider.h describes. \since 1.1 */
  void* perturbed;
  /* DENOISE with a guider of KS_GUIDER_NEEDS_SECOND: the prediction for a second prompt. \since 1.1 */
  void* second;
} ks_want;

/* Goes on to the next question: what `out` holds is taken for the answer to the last one, written or
 * not. After the last one it says KS_WANT_NOTHING again, and after a failure it fails again. Fails
 * where the sampler or the caller's memory does: that is the end of the session, and x is undefined.
 * KS_STOPPED: it was stopped by ks_session_fail. */
KS_EXPORT ks_status ks_session_next(ks_session* session, ks_want* want);
/* Instead of an answer: the next ks_session_next ends with KS_STOPPED where `status` is that (the user
 * stopped), or else with KS_ERROR and this message, which may be null. */
KS_EXPORT void ks_session_fail(ks_session* session, ks_status status, const char* message);
/* At any time, in the middle, too. Null is allowed. */
KS_EXPORT void ks_session_free(ks_session* session);

/* The same as one call: `answer` is called with each question, and may return KS_STOPPED or another
 * failure; a message goes to ks_session_fail. */
KS_EXPORT ks_status ks_sample(ks_library* library, const ks_session_settings* settings,
                              ks_status (*answer)(void* context, ks_session* session,
                                                  const ks_want* want),
                              void* context);

KS_LAYOUT_SIZE(ks_problem, 40);
KS_LAYOUT_SIZE(ks_library_settings, 56);
KS_LAYOUT_OFFSET(ks_library_settings, isolating_program, 32);
KS_LAYOUT_SIZE(ks_plugin_change, 40);
KS_LAYOUT_SIZE(ks_setting, 40);
KS_LAYOUT_SIZE(ks_chosen, 32);
KS_LAYOUT_SIZE(ks_space, 64);
KS_LAYOUT_SIZE(ks_cuda, 16);
KS_LAYOUT_SIZE(ks_session_settings, 144);
KS_LAYOUT_OFFSET(ks_session_settings, model, 32);
KS_LAYOUT_OFFSET(ks_session_settings, x, 56);
KS_LAYOUT_OFFSET(ks_session_settings, cfg, 120);
KS_LAYOUT_OFFSET(ks_session_settings, cuda, 136);
KS_LAYOUT_SIZE(ks_want, 96);
KS_LAYOUT_OFFSET(ks_want, x, 24);
KS_LAYOUT_OFFSET(ks_want, height, 64);
KS_LAYOUT_OFFSET(ks_want, perturbed, 80);
KS_LAYOUT_OFFSET(ks_want, second, 88);

KS_EXTERN_C_END

#endif
