// That nothing but its inputs decides what a run gives, to the last bit.
#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/child.hpp"
#include "host/conformance/runs.hpp"

#include <barrier>
#include <cstring>
#include <exception>
#include <thread>

namespace ksampler::conformance {
namespace {

constexpr std::uint32_t kRepeatedSteps = 12;

Vector sampled(const SamplerCase& sampler_case, ks_sampler* sampler = nullptr,
               std::uint32_t steps = kRepeatedSteps) {
  Host host;
  prepare(host, sampler_case, steps);
  run_fine(host, sampler_case, sampler);
  return host.x;
}

Result same_twice(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    if (!same_bits(sampled(sampler_case), sampled(sampler_case))) {
      return fail(where(sampler_case) + "the same run again gives other bits");
    }
  }
  return pass();
}

Result same_after_another(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    const Vector fresh = sampled(sampler_case);
    const SamplerPtr sampler = sampler_case.sampler.create();
    Host other;
    prepare(other, sampler_case, 5);
    other.x = {4.0, -2.0, 1.0, 0.5};
    run(other, sampler_case, sampler.get());
    if (!same_bits(sampled(sampler_case, sampler.get()), fresh)) {
      return fail(where(sampler_case) + "gives other bits after another run of the same sampler");
    }
  }
  return pass();
}

// As a curve, which is the way that numbers come back from a child.
Result same_in_new_process(const Subject& subject) {
  const auto all = [subject] {
    Result result = pass();
    for (const SamplerCase& sampler_case : cases_of(subject)) {
      const Vector x = sampled(sampler_case);
      result.curves.push_back({"", "", x, {}, 0});
    }
    return result;
  };
  const Result here = all();
  Result there = run_in_children({all}, {.seconds = 10, .at_once = 1}).front();
  if (there.outcome != Outcome::pass) return there;
  for (std::size_t i = 0; i < here.curves.size(); ++i) {
    if (!same_bits(here.curves[i].x, there.curves.at(i).x))
      return fail("gives other bits in a new process");
  }
  return pass();
}

// One run of `steps` steps, which waits at every model call for the other one to come to
// its own.
Vector beside(const SamplerCase& sampler_case, std::uint32_t steps, std::barrier<>& meeting) {
  const SamplerPtr sampler = sampler_case.sampler.create();
  Host host;
  prepare(host, sampler_case, steps);
  host.on_model_call = [&meeting] { meeting.arrive_and_wait(); };
  struct Leave {
    std::barrier<>& meeting;
    ~Leave() { meeting.arrive_and_drop(); }  // the other one goes on alone
  } leave{meeting};
  run_fine(host, sampler_case, sampler.get());
  return host.x;
}

// Different runs, as equal ones would leave equal things behind for each other.
Result two_threads(const Subject& subject) {
  constexpr std::uint32_t steps[2] = {kRepeatedSteps, kRepeatedSteps + 5};
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    Vector alone[2], results[2];
    for (std::size_t which : {0u, 1u}) alone[which] = sampled(sampler_case, nullptr, steps[which]);
    std::exception_ptr failure[2];
    std::barrier<> meeting(2);
    const auto work = [&](std::size_t which) {
      try {
        results[which] = beside(sampler_case, steps[which], meeting);
      } catch (...) {
        failure[which] = std::current_exception();
      }
    };
    std::thread one(work, 0), two(work, 1);
    one.join();
    two.join();
    for (std::size_t which : {0u, 1u}) {
      if (failure[which]) std::rethrow_exception(failure[which]);
      if (!same_bits(results[which], alone[which])) {
        return fail(where(sampler_case) + "two runs on two threads change each other");
      }
    }
  }
  return pass();
}

// Two runs on one thread: the second begins and ends within a model call of the first.
Result nested_runs(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    const Vector alone = sampled(sampler_case);
    Host outer;
    prepare(outer, sampler_case, kRepeatedSteps);
    Vector inner;
    std::uint32_t calls = 0;
    outer.on_model_call = [&] {
      if (++calls == 4) inner = sampled(sampler_case);
    };
    run_fine(outer, sampler_case);
    if (!same_bits(outer.x, alone) || (calls >= 4 && !same_bits(inner, alone))) {
      return fail(where(sampler_case) + "a run changes another that is under way");
    }
  }
  return pass();
}

// An item of a batch gives the same with others beside it.
Result alone_and_together(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    if (sampler_case.has(KS_SAMPLER_ADAPTIVE)) return skip("its steps depend on the whole latent");
    const auto of = [&](const Vector& x) {
      Host host;
      prepare(host, sampler_case, kRepeatedSteps);
      host.x = x;
      host.items = static_cast<std::uint32_t>(x.size());
      host.noise = [](double, double, std::size_t size) { return Vector(size, 0.7); };
      run_fine(host, sampler_case);
      return host.x;
    };
    const Vector items = {1.5, -0.4, 0.9, 3.0};
    const Vector together = of(items);
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (!same_bits(of({items[i]}), {together[i]})) {
        return fail(sentence("{}an item alone and in a batch of {} give different bits",
                             where(sampler_case), items.size()));
      }
    }
  }
  return pass();
}

}  // namespace

Checks repeat_checks() {
  return {
      {"same-twice", "numerics", Scope::sampler, "The same run twice gives the same bits.", same_twice},
      {"same-after-another-run", "numerics", Scope::sampler,
       "A sampler that did another run first gives the same bits.", same_after_another},
      {"same-in-a-new-process", "numerics", Scope::sampler, "So does a process of its own.",
       same_in_new_process},
      {"two-threads", "numerics", Scope::sampler, "So do two runs at once, on two threads.",
       two_threads},
      {"nested-runs", "numerics", Scope::sampler, "So do two runs interleaved on one thread.",
       nested_runs},
      {"alone-and-together", "numerics", Scope::sampler,
       "An item of a batch gives the same bits alone and with others.", alone_and_together},
  };
}

}  // namespace ksampler::conformance
