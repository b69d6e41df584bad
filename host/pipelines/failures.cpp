// What ks_pipeline_error() and ks_pipeline_problem_at() say: the thread's last failure, which is kept
// as that of ks/host.h is. In a program that has both libraries each has its own.
#include "host/embed/failures.hpp"

#include <ks/host.h>
#include <ks/pipeline.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

uint32_t ks_pipeline_version(void) { return KS_PIPELINE_MAJOR << 16 | KS_PIPELINE_MINOR; }

const char* ks_pipeline_error(void) { return ks_last_error(); }

int ks_pipeline_problem_at(uint32_t index, ks_pipeline_problem* problem) {
  const std::vector<ksampler::Diagnostic>& problems = ksampler::embed::last_problems();
  if (problem == nullptr || problem->size < sizeof problem->size) return 0;
  if (index >= problems.size()) return 0;
  const ksampler::Diagnostic& from = problems[index];
  const ks_pipeline_problem told = {.size = problem->size,
                                    .line = from.place.line,
                                    .column = from.place.column,
                                    .reserved = 0,
                                    .kind = ksampler::kind_name(from.kind).c_str(),
                                    .message = from.message.c_str(),
                                    .node = from.node.c_str(),
                                    .input = from.input.c_str()};
  std::memcpy(problem, &told, std::min<std::size_t>(problem->size, sizeof told));
  return 1;
}
