// What ks_pipeline_error() and ks_pipeline_problem_at() say: the last failure of the thread.
#include "host/pipelines/failures.hpp"

#include <ks/pipeline.h>

#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

namespace ksampler::pipelines {
namespace {

struct Failure {
  std::vector<Diagnostic> problems;
  std::string text;
};
thread_local Failure failure_of_thread;

}  // namespace

ks_status failed(ks_status status, std::vector<Diagnostic> problems) noexcept {
  Failure& last = failure_of_thread;
  try {
    last.text = Error(problems).what();
    last.problems = std::move(problems);
  } catch (...) {  // out of memory: the status alone must do
    last.problems.clear();
    last.text.clear();
  }
  return status;
}

ks_status failed_with(const std::exception_ptr& thrown) noexcept {
  const auto said = [](ks_status status, const char* message) {
    try {
      std::vector<Diagnostic> one(1);
      one[0].message = message;
      return failed(status, std::move(one));
    } catch (...) {
      return failed(status, {});
    }
  };
  try {
    std::rethrow_exception(thrown);
  } catch (const Stopped&) {
    return said(KS_STOPPED, "stopped");
  } catch (const BadArgument& error) {
    return failed(KS_INVALID_ARGUMENT, error.diagnostics());
  } catch (const Error& error) {
    return failed(KS_ERROR, error.diagnostics());
  } catch (const std::bad_alloc&) {
    return said(KS_OUT_OF_MEMORY, "out of memory");
  } catch (const std::exception& exception) {
    return said(KS_ERROR, exception.what());
  } catch (...) {
    return said(KS_ERROR, "an exception of an unknown type");
  }
}

}  // namespace ksampler::pipelines

using ksampler::Diagnostic;
using ksampler::pipelines::failure_of_thread;

uint32_t ks_pipeline_version(void) { return KS_PIPELINE_MAJOR << 16 | KS_PIPELINE_MINOR; }

const char* ks_pipeline_error(void) { return failure_of_thread.text.c_str(); }

int ks_pipeline_problem_at(uint32_t index, ks_pipeline_problem* problem) {
  if (problem == nullptr || problem->size < sizeof problem->size) return 0;
  if (index >= failure_of_thread.problems.size()) return 0;
  const Diagnostic& from = failure_of_thread.problems[index];
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
