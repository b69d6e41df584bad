#include "host/embed/failures.hpp"

#include <ks/host.h>

#include <algorithm>
#include <string>
#include <utility>

namespace ksampler::embed {
namespace {

struct Failure {
  std::vector<Diagnostic> problems;
  std::string text;
};

thread_local Failure last;

}  // namespace

ks_status fail(ks_status status, std::vector<Diagnostic> problems) noexcept {
  try {
    last.text = Error(problems).what();
    last.problems = std::move(problems);
  } catch (...) {  // out of memory: the status alone must do
    last.problems.clear();
    last.text.clear();
  }
  return status;
}

ks_status fail(ks_status status, Diagnostic::Kind kind, const char* message) noexcept {
  try {
    std::vector<Diagnostic> one(1);
    one[0].message = message;
    one[0].kind = kind;
    return fail(status, std::move(one));
  } catch (...) {
    return status;
  }
}

const std::vector<Diagnostic>& last_problems() noexcept { return last.problems; }

ks_status fail_with(const std::exception_ptr& thrown) noexcept {
  using Kind = Diagnostic::Kind;
  try {
    std::rethrow_exception(thrown);
  } catch (const Stopped&) {
    return fail(KS_STOPPED, Kind::stopped, "stopped");
  } catch (const BadArgument& error) {
    return fail(KS_INVALID_ARGUMENT, of_kind(Kind::bad_argument, error).diagnostics());
  } catch (const Error& error) {
    const bool lacks_memory = std::ranges::find(error.diagnostics(), Kind::out_of_memory,
                                                &Diagnostic::kind) != error.diagnostics().end();
    return fail(lacks_memory ? KS_OUT_OF_MEMORY : KS_ERROR, error.diagnostics());
  } catch (const std::bad_alloc&) {
    return fail(KS_OUT_OF_MEMORY, Kind::out_of_memory, "out of memory");
  } catch (const std::exception& exception) {
    return fail(KS_ERROR, Kind::other, exception.what());
  } catch (...) {
    return fail(KS_ERROR, Kind::other, "an exception of an unknown type");
  }
}

}  // namespace ksampler::embed

using ksampler::Diagnostic;
using ksampler::embed::last;

uint32_t ks_host_version(void) { return KS_HOST_MAJOR << 16 | KS_HOST_MINOR; }

const char* ks_last_error(void) { return last.text.c_str(); }

uint32_t ks_last_problems(ks_problem* problems, uint32_t room) {
  const std::size_t count = last.problems.size();
  for (std::size_t i = 0; i < std::min<std::size_t>(count, room); ++i) {
    const Diagnostic& from = last.problems[i];
    problems[i] = {.size = sizeof(ks_problem),
                   .line = from.place.line,
                   .column = from.place.column,
                   .reserved = 0,
                   .kind = ksampler::kind_name(from.kind).c_str(),
                   .message = from.message.c_str(),
                   .file = from.place.file.c_str()};
  }
  return static_cast<uint32_t>(count);
}
