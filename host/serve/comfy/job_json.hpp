// Jobs as ComfyUI's answers have them.
#ifndef KSAMPLER_SERVE_COMFY_JOB_JSON_HPP
#define KSAMPLER_SERVE_COMFY_JOB_JSON_HPP

#include "host/serve/comfy/jobs.hpp"

namespace ksampler::comfy {

// With its text.
SentPrompt sent_prompt(Json prompt, Json extra, std::vector<std::string> outputs, std::size_t bytes);

// Lists of many prompts are put together from texts: to copy and write their JSON each time takes ten
// times as long.
// [[3, "05cb...", {prompt}, {extra_data}, ["9"]], ...]
std::string queue_text(const std::vector<Job>& jobs);
// {"05cb...": {"prompt": [...], "outputs": {...}, "status": {...}, "meta": {...}}, ...} of jobs that
// ended.
std::string history_text(const std::vector<Job>& jobs);

// One of /api/jobs. Keys without a value are left out.
Json job_entry(const Job& job);
// The same, with all that is known.
Json whole_job(const Job& job);

// A whole number without a point, where it is one.
Json number_json(double number);

}  // namespace ksampler::comfy

#endif
