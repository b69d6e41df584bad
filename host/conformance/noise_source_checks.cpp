// Noise sources: whether the noise that they give is what they say, and what they leave behind.
#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/noise_statistics.hpp"
#include "host/conformance/runs.hpp"
#include "host/conformance/settings.hpp"
#include "host/conformance/shaping_case.hpp"
#include "host/conformance/toy_plugin.hpp"
#include "host/conformance/toy_shaping.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

namespace ksampler::conformance {
namespace {

using toy::Shaping;

// A noise source, with what the user set for it.
struct Source : toy::NoiseSource {
  explicit Source(const Subject& subject)
      : NoiseSource(std::make_shared<const toy::Plugin>(subject.copy), subject.index),
        settings(settings_for(subject, info())) {}
  toy::NoiseSourcePtr create() const { return NoiseSource::create(settings.values, settings.lists); }
  bool says(std::uint32_t flag) const { return (info().flags & flag) != 0; }

  toy::Settings settings;
};

// The draws of one run. Ends the check where the source fails.
std::vector<Vector> draws(ks_noise& made, const ShapingCase& shaping_case) {
  Host host;
  prepare_shaping(host, shaping_case);
  Shaping shaping(made, host);
  if (shaping.begun() != KS_OK)
    throw Finding{fail("begin failed: " + said(shaping.begun(), host.message))};
  std::vector<Vector> all;
  const toy::Noise white = shaping_case.white();
  for (const auto& [sigma, sigma_next] : shaping_case.levels()) {
    const toy::Shaped shaped =
        shaping.shape(white(sigma, sigma_next, shaping_case.size()), sigma, sigma_next);
    if (shaped.status != KS_OK) {
      throw Finding{fail(sentence("from sigma {:f} to {:f}: {}", sigma, sigma_next,
                                  said(shaped.status, host.message)))};
    }
    all.push_back(shaped.noise);
  }
  return all;
}

std::vector<Vector> draws(const Source& source, const ShapingCase& shaping_case) {
  const toy::NoiseSourcePtr made = source.create();
  return draws(*made, shaping_case);
}

Result shapes(const Subject& subject) {
  const Source source(subject);
  for (const bool flow : {false, true}) {
    for (const Vector& draw : draws(source, {.flow = flow})) {
      if (!is_finite(draw)) {
        return fail(sentence("{}the noise is not finite; what is it divided by?",
                             flow ? "with a flow model, " : ""));
      }
    }
  }
  return pass();
}

// A draw has some element that no other has, and one run in many has an extreme one.
Result extreme_draws(const Subject& subject) {
  const Source source(subject);
  const toy::NoiseSourcePtr made = source.create();
  const ShapingCase shaping_case;
  Host host;
  prepare_shaping(host, shaping_case);
  Shaping shaping(*made, host);
  Vector white = shaping_case.white()(0, 14, shaping_case.size());
  white[0] = 7;
  white[1] = -7;
  white[2] = 0;
  const toy::Shaped shaped = shaping.shape(white, 0, 14);
  if (shaped.status == KS_OK && is_finite(shaped.noise)) return pass();
  return fail("of a draw with elements of 0 and of seven deviations the noise is not finite");
}

Result unit_noise(const Subject& subject) {
  const Source source(subject);
  NoiseStatistics statistics;
  measure(statistics, [&](const ShapingCase& each) { return draws(source, each); });
  const std::string found = sentence("mean {}, variance {}", number(statistics.mean.value),
                                     number(statistics.variance.value));
  if (!source.says(KS_NOISE_IS_UNIT)) return skip("it does not say so: " + found);
  if (statistics.mean.is_far_from(0)) return fail(found + "; mean 0 is declared");
  if (statistics.variance.is_far_from(1)) return fail(found + "; variance 1 is declared");
  return pass(found);
}

Result flat_spectrum(const Subject& subject) {
  const Source source(subject);
  if (!source.says(KS_NOISE_IS_WHITE)) return skip("it does not say so");
  NoiseStatistics statistics;
  measure(statistics, [&](const ShapingCase& each) { return draws(source, each); });
  for (const auto& [where, estimate] : statistics.correlations) {
    if (!estimate.is_far_from(0)) continue;
    return fail(sentence("elements {} have a correlation of {}; they are declared to have none", where,
                         number(estimate.value)));
  }
  return pass();
}

Result by_item(const Subject& subject) {
  constexpr std::size_t kItems = 3;
  const Source source(subject);
  if (!source.says(KS_NOISE_IS_BY_ITEM)) return skip("it does not say so");
  const std::vector<Vector> together = draws(source, {.items = kItems});
  for (std::size_t item = 0; item < kItems; ++item) {
    const std::vector<Vector> alone = draws(source, {.first = item});
    for (std::size_t draw = 0; draw < alone.size(); ++draw) {
      const auto begin = together[draw].begin() + static_cast<std::ptrdiff_t>(item * kShapedItem);
      if (same_bits(alone[draw], Vector(begin, begin + static_cast<std::ptrdiff_t>(kShapedItem)))) {
        continue;
      }
      return fail(sentence(
          "item {} of a batch of {} is not what it is alone; measure for each item (ks::PerItem), "
          "or do not declare it",
          item, kItems));
    }
  }
  return pass();
}

Result new_run(const Subject& subject) {
  const Source source(subject);
  const toy::NoiseSourcePtr made = source.create();
  const std::vector<Vector> first = draws(*made, {});
  const std::vector<Vector> second = draws(*made, {});
  const std::vector<Vector> apart = draws(source, {});
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (!same_bits(first[i], second[i])) {
      return fail(
          "a second run with the same seed gives something else: what is kept of a run must be "
          "forgotten at begin(), and chance comes from the run's noise alone");
    }
    if (!same_bits(first[i], apart[i])) {
      return fail("another object gives something else: objects share what they keep");
    }
  }
  return pass();
}

Result draws_differ(const Subject& subject) {
  const Source source(subject);
  const std::vector<Vector> one = draws(source, {.seed = 1});
  const std::vector<Vector> other = draws(source, {.seed = 2});
  for (std::size_t i = 0; i < one.size(); ++i) {
    if (same_bits(one[i], other[i])) return fail("another seed gives the same noise");
    if (i > 0 && same_bits(one[i], one[i - 1])) return fail("two draws of a run are the same");
  }
  return pass();
}

Result noise_gives_back(const Subject& subject) {
  const Source source(subject);
  const toy::NoiseSourcePtr made = source.create();
  const ShapingCase shaping_case;
  Host host;
  prepare_shaping(host, shaping_case);
  Shaping shaping(*made, host);
  const toy::Noise white = shaping_case.white();
  const auto draw = [&] { shaping.shape(white(14, 5, shaping_case.size()), 14, 5); };
  draw();
  draw();
  const std::uint32_t allocated = host.counters.allocated;
  for (int call = 0; call < 4; ++call) draw();
  const std::uint32_t more = host.counters.allocated - allocated;
  shaping.end();
  if (host.counters.live != 0) {
    return fail(sentence(
        "{} tensors are left after end(); they go with the run, and the source may be used again",
        host.counters.live));
  }
  if (more != 0) return warn(sentence("asks for {} more tensors in later draws", more));
  return pass();
}

Result noise_without_waits(const Subject& subject) {
  const Source source(subject);
  const toy::NoiseSourcePtr made = source.create();
  const ShapingCase shaping_case;
  Host host;
  prepare_shaping(host, shaping_case);
  Shaping shaping(*made, host);
  shaping.shape(shaping_case.white()(0, 14, shaping_case.size()), 0, 14);
  if (host.counters.waits == 0) return pass();
  return warn("waits for the device (norm): formulas measure without (ks::PerItem)");
}

Result noise_failures(const Subject& subject) {
  const Source source(subject);
  for (std::uint32_t toy::Faults::*fault :
       {&toy::Faults::create, &toy::Faults::lincomb, &toy::Faults::noise}) {
    const toy::NoiseSourcePtr made = source.create();
    const ShapingCase shaping_case;
    Host host;
    host.faults.*fault = 1;
    host.faults.status = KS_STOPPED;
    prepare_shaping(host, shaping_case);
    Shaping shaping(*made, host);
    const ks_status status =
        shaping.begun() != KS_OK
            ? shaping.begun()
            : shaping.shape(shaping_case.white()(0, 14, shaping_case.size()), 0, 14).status;
    if (!host.has_failed()) continue;  // it makes no such call
    if (status != KS_STOPPED) {
      return fail(
          sentence("a call of the run failed, and the source returned {} in its place", status));
    }
    if (host.counters.calls_after_failure != 0) return fail("it goes on after a call failed");
  }
  return pass();
}

}  // namespace

Checks noise_source_checks() {
  return {
      {"shapes", "noises", Scope::noise, "It gives finite noise at all noise levels.", shapes, true},
      {"extreme-draws", "noises", Scope::noise,
       "So it does of a draw with elements of 0 and of seven deviations.", extreme_draws},
      {"unit-noise", "noises", Scope::noise,
       "Where it says so, an element has mean 0 and variance 1 over many draws.", unit_noise},
      {"flat-spectrum", "noises", Scope::noise,
       "Where it says so, the elements of a draw are not correlated.", flat_spectrum},
      {"noise-by-item", "noises", Scope::noise,
       "Where it says so, an item of a batch gets the same bits alone and with others.", by_item},
      {"noise-new-run", "noises", Scope::noise,
       "A new run with the same seed gives the same noise, and objects share nothing.", new_run},
      {"draws-differ", "noises", Scope::noise, "Draws differ, and so do seeds.", draws_differ},
      {"noise-gives-back", "noises", Scope::noise,
       "It gives all tensors back at the end, and asks for no more draw by draw.", noise_gives_back},
      {"noise-without-waits", "noises", Scope::noise, "It does not wait for the device.",
       noise_without_waits},
      {"noise-failures-passed-on", "noises", Scope::noise,
       "What a call of the run fails with is returned at once.", noise_failures},
  };
}

}  // namespace ksampler::conformance
