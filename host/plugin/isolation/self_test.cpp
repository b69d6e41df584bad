#include "host/plugin/isolation/self_test.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/conformance/toy_guiding.hpp"
#include "host/conformance/toy_host.hpp"
#include "host/conformance/toy_shaping.hpp"
#include "host/plugin/calls.hpp"
#include "host/plugin/guard.hpp"
#include "host/plugin/isolation/toy_levels.hpp"
#include "host/plugin/params.hpp"
#include "host/plugin/registry.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ksampler::isolation {
namespace {

using toy::Vector;

bool is_finite(const Vector& values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

// What the toy host asks a descriptor for.
ks_sampler_info info_of(const SamplerDescription& sampler) {
  ks_sampler_info info{};
  info.size = sizeof info;
  info.flags = sampler.unconditional ? KS_SAMPLER_UNCONDITIONAL : 0;
  info.noise = static_cast<std::uint32_t>(sampler.noise);
  info.inside = sampler.inside.empty() ? nullptr : sampler.inside.c_str();
  return info;
}

// Four steps to 0, three elements, data around one mean.
void set_up(toy::Host& host, const SamplerDescription& sampler, bool flow) {
  host.flow = flow;
  host.sigmas = flow ? Vector{0.97, 0.7, 0.4, 0.15, 0} : Vector{14, 5, 1.5, 0.4, 0};
  host.denoiser = toy::gaussian(0.3, 0.8, flow);
  host.unconditional = toy::gaussian(-0.2, 0.8, flow);
  const double sigma = host.sigmas.front();
  host.x = {-1.3 * sigma, 0.2 * sigma, 0.9 * sigma};
  if (sampler.noise == NoiseKind::brownian) host.noise = toy::BrownianPath(1);
}

void test_sampler(const Library& library, const SamplerDescription& sampler, bool flow) {
  const auto fail = [&](const std::string& what) {
    throw Error(Place{library.file().string()}, sentence("sampler {} {}", quote(sampler.id), what));
  };
  const auto instance = library.make_sampler(sampler.id, values_for(sampler.params, {}, ""));
  toy::Host host;
  set_up(host, sampler, flow);
  const ks_sampler_info info = info_of(sampler);
  ks_status status = KS_ERROR;
  std::string thrown;
  if (!guarded(thrown, [&] { status = host.sample(*instance.get(), info); })) fail(thrown);
  if (status != KS_OK) {
    fail(host.message.empty() ? sentence("returned status {} without a message", status)
                              : "failed: " + printable(host.message, 1000));
  }
  if (!host.guards_intact) fail("wrote over a tensor's handle");
  if (!host.changed_input.empty())
    fail(sentence("wrote to {}, which is the host's", host.changed_input));
  if (!is_finite(host.x)) fail("gave values that are not finite");
}

// What a scheduler gave. The functions of the ABI take it for their context.
struct Emitted {
  std::string message;
  std::string wrong;
  bool any = false;

  static Emitted& of(const ks_schedule* schedule) { return *static_cast<Emitted*>(schedule->context); }

  static ks_status emit(const ks_schedule* schedule, const double* sigmas, std::uint32_t count) {
    Emitted& emitted = of(schedule);
    const Vector levels(sigmas, sigmas + count);
    emitted.any = true;
    if (count < 2) emitted.wrong = "gave fewer than 2 sigmas";
    if (!is_finite(levels)) emitted.wrong = "gave sigmas that are not finite";
    if (!std::is_sorted(levels.rbegin(), levels.rend())) emitted.wrong = "gave sigmas that rise";
    if (count > 0 && levels.back() < 0) emitted.wrong = "gave a negative sigma";
    return emitted.wrong.empty() ? KS_OK : KS_INVALID_ARGUMENT;
  }

  static void set_error(const ks_schedule* schedule, const char* text) {
    of(schedule).message = text == nullptr ? "" : text;
  }
};

// A scheduler may refuse a model.
void test_scheduler(const Library& library, const SchedulerDescription& scheduler, bool flow) {
  const auto fail = [&](const std::string& what) {
    throw Error(Place{library.file().string()}, sentence("scheduler {} {}", quote(scheduler.id), what));
  };
  const auto instance = library.make_scheduler(scheduler.id, values_for(scheduler.params, {}, ""));
  const ToyLevels levels(flow);
  Emitted emitted;
  ks_schedule schedule{};
  schedule.size = sizeof schedule;
  schedule.steps = 4;
  schedule.model = &levels.model();
  const ks_task task = {.size = sizeof task,
                        .items = 1,
                        .channels = 4,
                        .height = 8,
                        .width = 8,
                        .reserved = 0,
                        .cfg = 1,
                        .family = ""};
  schedule.task = &task;
  schedule.context = &emitted;
  calls::set_functions<Emitted>(schedule);
  ks_status status = KS_ERROR;
  std::string thrown;
  if (!guarded(thrown, [&] { status = instance->schedule(instance.get(), &schedule); })) fail(thrown);
  if (!emitted.wrong.empty()) fail(emitted.wrong);
  if (status == KS_OK && !emitted.any) fail("gave no sigmas, and KS_OK");
}

// One run of two questions, at a cfg of 5 and at 1.
void test_guider(const Library& library, const GuiderDescription& guider) {
  const auto fail = [&](const std::string& what) {
    throw Error(Place{library.file().string()}, sentence("guider {} {}", quote(guider.id), what));
  };
  const auto instance = library.make_guider(guider.id, values_for(guider.params, {}, ""));
  toy::Host host;
  host.flow = !guider.fits_additive;
  host.sigmas = host.flow ? Vector{0.97, 0.7, 0.4, 0.15, 0} : Vector{14, 5, 1.5, 0.4, 0};
  host.x = {0, 0, 0};
  toy::Question question;
  question.sigma = host.sigmas[1];
  question.x = {-3, 1, 2};
  question.positive = {0.4, -0.2, 0.9};
  question.negative = {0.1, 0.3, 0.8};
  if (guider.needs_empty) question.empty = {0.2, 0.1, 0.7};
  if (guider.needs_perturbed) question.perturbed = {0.3, 0.2, 0.5};
  if (guider.needs_second) question.second = {0.6, -0.1, 0.4};
  std::string thrown;
  std::string wrong;
  const bool held = guarded(thrown, [&] {
    toy::Guiding guiding(*instance.get(), static_cast<std::uint32_t>(guider.stage), host);
    for (const double cfg : {5.0, 1.0}) {
      question.cfg = cfg;
      const toy::Answer answer = guiding.ask(question);
      if (guiding.begun() != KS_OK || answer.status != KS_OK) {
        wrong = host.message.empty() ? sentence("returned status {} without a message", answer.status)
                                     : "failed: " + printable(host.message, 1000);
      } else if (!is_finite(answer.denoised)) {
        wrong = "gave values that are not finite";
      }
      if (!wrong.empty()) return;
    }
  });
  if (!held) fail(thrown);
  if (!wrong.empty()) fail(wrong);
}

// One run of two draws: its start, and a step.
void test_noise(const Library& library, const NoiseDescription& noise) {
  const auto fail = [&](const std::string& what) {
    throw Error(Place{library.file().string()}, sentence("noise {} {}", quote(noise.id), what));
  };
  const auto instance = library.make_noise(noise.id, values_for(noise.params, {}, ""));
  toy::Host host;
  host.sigmas = {14, 5, 1.5, 0.4, 0};
  host.x = Vector(16, 0.0);
  host.height = 4;
  const toy::Noise white = toy::normal_noise(2);
  std::string thrown;
  std::string wrong;
  const bool held = guarded(thrown, [&] {
    toy::Shaping shaping(*instance.get(), host);
    for (const auto& [sigma, sigma_next] : {std::pair(0.0, 14.0), std::pair(14.0, 5.0)}) {
      const toy::Shaped shaped = shaping.shape(white(0, 1, host.x.size()), sigma, sigma_next);
      if (shaping.begun() != KS_OK || shaped.status != KS_OK) {
        wrong = host.message.empty() ? sentence("returned status {} without a message", shaped.status)
                                     : "failed: " + printable(host.message, 1000);
      } else if (!is_finite(shaped.noise)) {
        wrong = "gave values that are not finite";
      }
      if (!wrong.empty()) return;
    }
  });
  if (!held) fail(thrown);
  if (!wrong.empty()) fail(wrong);
}

}  // namespace

void self_test(const Library& library, const std::function<void(const std::string&)>& begin) {
  for (const SamplerDescription& sampler : library.description().samplers) {
    begin("sampler " + quote(sampler.id));
    if (sampler.fits_additive) test_sampler(library, sampler, /*flow=*/false);
    if (sampler.fits_flow) test_sampler(library, sampler, /*flow=*/true);
  }
  for (const SchedulerDescription& scheduler : library.description().schedulers) {
    begin("scheduler " + quote(scheduler.id));
    for (const bool flow : {false, true}) test_scheduler(library, scheduler, flow);
  }
  for (const GuiderDescription& guider : library.description().guiders) {
    begin("guider " + quote(guider.id));
    test_guider(library, guider);
  }
  for (const NoiseDescription& noise : library.description().noises) {
    begin("noise " + quote(noise.id));
    test_noise(library, noise);
  }
}

}  // namespace ksampler::isolation
