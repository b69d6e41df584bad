// Errors of the host's functions: passed on as they are, and nothing is called after one.
#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/runs.hpp"
#include "host/plugin/guard.hpp"

#include <algorithm>
#include <limits>

namespace ksampler::conformance {
namespace {

constexpr std::uint32_t kFewSteps = 6;

// How often a fine run makes each kind of call.
toy::Counters usual_calls(const SamplerCase& sampler_case) {
  Host host;
  prepare(host, sampler_case, kFewSteps);
  run_fine(host, sampler_case);
  return host.counters;
}

// Which calls of `count` to let fail: the first few, one in the middle, the last.
std::vector<std::uint32_t> chosen(std::uint32_t count) {
  std::vector<std::uint32_t> all = {1, 2, 3, count / 2, count - std::min(count, 1u), count};
  std::erase_if(all, [count](std::uint32_t k) { return k == 0 || k > count; });
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

// Lets one call fail, and says what is wrong with what follows; empty where nothing is.
std::string failure_of(const SamplerCase& sampler_case, std::uint32_t toy::Faults::*call,
                       std::uint32_t at, ks_status status) {
  Host host;
  prepare(host, sampler_case, kFewSteps);
  host.faults.*call = at;
  host.faults.status = status;
  const ks_status returned = run(host, sampler_case);
  if (returned != status) return sentence("{} becomes {}", status_name(status), status_name(returned));
  if (host.counters.calls_after_failure > 0) {
    return sentence("called the host {} times after the failure", host.counters.calls_after_failure);
  }
  return {};
}

Result passed_on(const Subject& subject, std::uint32_t toy::Faults::*call,
                 std::uint32_t toy::Counters::*count, const char* what,
                 std::uint32_t (*only)(std::uint32_t) = nullptr) {
  bool any = false;
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    const std::uint32_t calls = usual_calls(sampler_case).*count;
    const auto places = only == nullptr ? chosen(calls) : std::vector<std::uint32_t>{only(calls)};
    for (const std::uint32_t at : places) {
      if (calls == 0) continue;
      any = true;
      const std::string wrong = failure_of(sampler_case, call, at, KS_OUT_OF_MEMORY);
      if (wrong.empty()) continue;
      return fail(sentence("{}{} {} of {} fails: {}", where(sampler_case), what, at, calls, wrong));
    }
  }
  return any ? pass() : skip("makes no such call");
}

Result model_fails_first(const Subject& subject) {
  return passed_on(subject, &toy::Faults::model_call, &toy::Counters::model_calls, "model call",
                   [](std::uint32_t) { return 1u; });
}
Result model_fails_later(const Subject& subject) {
  return passed_on(subject, &toy::Faults::model_call, &toy::Counters::model_calls, "model call",
                   [](std::uint32_t count) { return (count + 1) / 2; });
}
Result model_fails_last(const Subject& subject) {
  return passed_on(subject, &toy::Faults::model_call, &toy::Counters::model_calls, "model call",
                   [](std::uint32_t count) { return count; });
}
Result memory_refused(const Subject& subject) {
  return passed_on(subject, &toy::Faults::create, &toy::Counters::creates, "tensor");
}
Result arithmetic_refused(const Subject& subject) {
  return passed_on(subject, &toy::Faults::lincomb, &toy::Counters::lincombs, "lincomb");
}
Result noise_refused(const Subject& subject) {
  return passed_on(subject, &toy::Faults::noise, &toy::Counters::noise_draws, "draw of noise");
}

// A status of a later version of the ABI, which this plugin cannot know.
Result unknown_status(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    const std::string wrong = failure_of(sampler_case, &toy::Faults::model_call, 2, 77);
    if (!wrong.empty()) return fail(where(sampler_case) + wrong);
  }
  return pass();
}

// Only whether something is thrown: what is returned is the matter of the other checks.
Result exceptions_contained(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    for (const auto call :
         {&toy::Faults::model_call, &toy::Faults::create, &toy::Faults::lincomb, &toy::Faults::noise}) {
      for (const std::uint32_t at : {1u, 2u, 3u, 4u, 6u}) {
        Host host;
        prepare(host, sampler_case, kFewSteps);
        host.faults.*call = at;
        const SamplerPtr sampler = sampler_case.sampler.create();
        std::string thrown;
        if (!guarded(thrown, [&] { host.sample(*sampler, sampler_case.info()); })) {
          return fail(where(sampler_case) + thrown);
        }
      }
    }
  }
  return pass();
}

// A sampler is fit for a further run after one that failed.
Result fine_after_failure(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    Host fresh, failing, again;
    prepare(fresh, sampler_case, kFewSteps);
    run_fine(fresh, sampler_case);
    const SamplerPtr sampler = sampler_case.sampler.create();
    prepare(failing, sampler_case, kFewSteps);
    failing.faults.model_call = 3;
    run(failing, sampler_case, sampler.get());
    prepare(again, sampler_case, kFewSteps);
    run_fine(again, sampler_case, sampler.get());
    if (again.x != fresh.x) return fail(where(sampler_case) + "a run that failed changes the next one");
  }
  return pass();
}

Result nan_from_model(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    Host host;
    prepare(host, sampler_case, kFewSteps);
    host.denoiser = [](const Vector& x, double) {
      return Vector(x.size(), std::numeric_limits<double>::quiet_NaN());
    };
    const ks_status status = run(host, sampler_case);
    if (status != KS_OK && host.message.empty()) return fail(where(sampler_case) + said(status, ""));
    if (status == KS_OK && is_finite(host.x))
      return fail(where(sampler_case) + "hides that the model gave NaN");
  }
  return pass();
}

}  // namespace

Checks error_checks() {
  return {
      {"model-fails-first", "errors", Scope::sampler,
       "Where the first model call fails, that status is returned and nothing is called any more.",
       model_fails_first},
      {"model-fails-later", "errors", Scope::sampler, "The same in the middle of a run.",
       model_fails_later},
      {"model-fails-last", "errors", Scope::sampler, "The same at the last model call.",
       model_fails_last},
      {"memory-refused", "errors", Scope::sampler, "The same where a tensor cannot be had.",
       memory_refused},
      {"arithmetic-refused", "errors", Scope::sampler, "The same where a lincomb fails.",
       arithmetic_refused},
      {"noise-refused", "errors", Scope::sampler, "The same where noise cannot be drawn.",
       noise_refused},
      {"unknown-status", "errors", Scope::sampler,
       "A status that the plugin does not know is a failure too, and passed on.", unknown_status},
      {"exceptions-contained", "errors", Scope::sampler,
       "No exception crosses the ABI, whatever call fails.", exceptions_contained},
      {"fine-after-failure", "errors", Scope::sampler,
       "After a run that failed, the next one is as ever.", fine_after_failure},
      {"nan-from-model", "errors", Scope::sampler,
       "Where the model gives NaN, the run ends: with NaN, or with an error in a sentence.",
       nan_from_model},
  };
}

}  // namespace ksampler::conformance
