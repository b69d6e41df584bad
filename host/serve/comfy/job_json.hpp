// Jobs as ComfyUI's answers have them.
#ifndef KSAMPLER_SERVE_COMFY_JOB_JSON_HPP
#define KSAMPLER_SERVE_COMFY_JOB_JSON_HPP

#include "host/serve/comfy/jobs.hpp"

namespace ksampler::comfy {

// [3, "05cb...", {prompt}, {extra_data}, ["9"]]
Json queue_entry(const Job& job);

// {"prompt": [...], "outputs": {...}, "status": {...}, "meta": {...}} of one that ended.
Json history_entry(const Job& job);

// One of /api/jobs. Keys without a value are left out.
Json job_entry(const Job& job);
// The same, with all that is known.
Json whole_job(const Job& job);

// A whole number without a point, where it is one.
Json number_json(double number);

}  // namespace ksampler::comfy

#endif
