// Guiders: what they make of predictions, and what they leave alone.
#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/guiding_case.hpp"
#include "host/conformance/runs.hpp"
#include "host/conformance/settings.hpp"
#include "host/conformance/toy_guiding.hpp"
#include "host/conformance/toy_plugin.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

namespace ksampler::conformance {
namespace {

using toy::Answer;
using toy::Guiding;
using toy::Question;

// A guider, with what the user set for it.
struct Case : toy::Guider {
  explicit Case(const Subject& subject)
      : Guider(std::make_shared<const toy::Plugin>(subject.copy), subject.index),
        settings(settings_for(subject, info())) {}
  toy::GuiderPtr create() const { return Guider::create(settings.values, settings.lists); }

  toy::Settings settings;
};

Case guider_of(const Subject& subject) { return Case(subject); }

bool has(const Case& guider, std::uint32_t flag) { return (guider.info().flags & flag) != 0; }

// One run of one question or several. Ends the check where the guider fails.
std::vector<Answer> answers(const Case& guider, ks_guider& made, const std::vector<Question>& questions,
                            bool flow, Host& host) {
  const auto items = static_cast<std::uint32_t>(questions.front().x.size() / 6);
  prepare_guiding(host, items, flow);
  Guiding guiding(made, guider.info().stage, host);
  if (guiding.begun() != KS_OK)
    throw Finding{fail("begin failed: " + said(guiding.begun(), host.message))};
  std::vector<Answer> all;
  for (const Question& question : questions) {
    all.push_back(guiding.ask(question));
    if (all.back().status != KS_OK) {
      throw Finding{fail(sentence("at sigma {:f}, cfg {:f}: {}", question.sigma, question.cfg,
                                  said(all.back().status, host.message)))};
    }
  }
  return all;
}

Answer answer(const Case& guider, const Question& question, bool flow = false) {
  const toy::GuiderPtr made = guider.create();
  Host host;
  return answers(guider, *made, {question}, flow, host).front();
}

Result guides(const Subject& subject) {
  const Case guider = guider_of(subject);
  for (const bool flow : noisings_of(guider.info())) {
    for (const double sigma : flow ? std::array{0.97, 0.5, 0.01} : std::array{80.0, 1.7, 0.01}) {
      for (const double cfg : {0.0, 1.0, 1.5, 7.5, 30.0}) {
        Question question = some_question(guider.info());
        question.sigma = sigma;
        question.cfg = cfg;
        const Vector denoised = answer(guider, question, flow).denoised;
        if (is_finite(denoised)) continue;
        if (guider.info().stage == KS_GUIDER_COMBINES &&
            std::all_of(denoised.begin(), denoised.end(), [](double v) { return std::isnan(v); })) {
          return fail("denoised is not written, or with what is no number");
        }
        return fail(sentence(
            "at sigma {:f}, cfg {:f} the result is not finite; is it written whole, and what is it "
            "divided by?",
            sigma, cfg));
      }
    }
  }
  return pass();
}

// Where formulas divide by a length or a difference, those may be 0.
Result equal_predictions(const Subject& subject) {
  const Case guider = guider_of(subject);
  Question question = some_question(guider.info());
  for (const bool zero : {false, true}) {
    question.positive = zero ? Vector(question.x.size(), 0.0) : some_question(guider.info()).positive;
    question.negative = question.positive;
    if (!question.empty.empty()) question.empty = question.positive;
    if (!question.perturbed.empty()) question.perturbed = question.positive;
    if (!question.second.empty()) question.second = question.positive;
    if (is_finite(answer(guider, question, noisings_of(guider.info()).front()).denoised)) continue;
    return fail(
        sentence("where both predictions are {} the result is not finite: something is divided by 0",
                 zero ? "0" : "equal"));
  }
  return pass();
}

Result items_apart(const Subject& subject) {
  constexpr std::size_t kItems = 3;
  const Case guider = guider_of(subject);
  const Question together = some_question(guider.info(), kItems);
  const Answer all = answer(guider, together, noisings_of(guider.info()).front());
  for (std::size_t item = 0; item < kItems; ++item) {
    const auto part = [&](const Vector& values) {
      if (values.empty()) return Vector();
      const auto begin = values.begin() + static_cast<std::ptrdiff_t>(6 * item);
      return Vector(begin, begin + 6);
    };
    Question alone = together;
    for (Vector Question::*member : {&Question::x, &Question::positive, &Question::negative,
                                     &Question::empty, &Question::perturbed, &Question::second}) {
      alone.*member = part(together.*member);
    }
    if (same_bits(answer(guider, alone, noisings_of(guider.info()).front()).denoised,
                  part(all.denoised)))
      continue;
    return fail(sentence(
        "item {} of a batch of {} is not what it is alone; measure for each item (ks::PerItem), not "
        "over the batch",
        item, kItems));
  }
  return pass();
}

Result new_run(const Subject& subject) {
  const Case guider = guider_of(subject);
  const Question question = some_question(guider.info());
  const bool flow = noisings_of(guider.info()).front();
  const toy::GuiderPtr made = guider.create();
  Host first_host;
  Host second_host;
  const auto first = answers(guider, *made, {question, question}, flow, first_host);
  const auto second = answers(guider, *made, {question, question}, flow, second_host);
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (same_bits(first[i].denoised, second[i].denoised)) continue;
    return fail(
        "a second run gives something else: what is kept of a run must be forgotten at begin()");
  }
  const toy::GuiderPtr other = guider.create();
  Host other_host;
  const auto apart = answers(guider, *other, {question, question}, flow, other_host);
  if (!same_bits(first.back().denoised, apart.back().denoised)) {
    return fail("another object gives something else: objects share what they keep");
  }
  return pass();
}

Result positive_alone(const Subject& subject) {
  const Case guider = guider_of(subject);
  if (!has(guider, KS_GUIDER_POSITIVE_ALONE_AT_1)) return skip("it does not say so");
  Question question = some_question(guider.info());
  question.cfg = 1.0;
  const bool flow = noisings_of(guider.info()).front();
  const Answer with = answer(guider, question, flow);
  question.negative.clear();
  const Answer without = answer(guider, question, flow);
  for (std::size_t i = 0; i < with.denoised.size(); ++i) {
    // Rounding of negative + 1 * (positive - negative).
    if (std::abs(with.denoised[i] - without.denoised[i]) <= 1e-12) continue;
    return fail("at cfg 1 the result depends on the negative prediction, which is not asked for there");
  }
  return pass();
}

Result leaves_alone(const Subject& subject) {
  const Case guider = guider_of(subject);
  const Answer given = answer(guider, some_question(guider.info()), noisings_of(guider.info()).front());
  if (given.wrote_x) return fail("x was written to, which is the sampler's");
  if (guider.info().stage != KS_GUIDER_BEFORE && given.wrote_predictions) {
    return fail("a prediction was written to; that is for guiders of the stage 'before'");
  }
  if (guider.info().stage != KS_GUIDER_BEFORE && given.cfg != some_question(guider.info()).cfg) {
    return fail("cfg was set; that is for guiders of the stage 'before'");
  }
  return pass();
}

Result gives_back(const Subject& subject) {
  const Case guider = guider_of(subject);
  const toy::GuiderPtr made = guider.create();
  Host host;
  const Question question = some_question(guider.info());
  const bool flow = noisings_of(guider.info()).front();
  prepare_guiding(host, 1, flow);
  Guiding guiding(*made, guider.info().stage, host);
  guiding.ask(question);
  guiding.ask(question);
  const std::uint32_t allocated = host.counters.allocated;
  for (int call = 0; call < 4; ++call) guiding.ask(question);
  const std::uint32_t more = host.counters.allocated - allocated;
  guiding.end();
  if (host.counters.live != 0) {
    return fail(sentence(
        "{} tensors are left after end(); they go with the run, and the guider may be used again",
        host.counters.live));
  }
  if (more != 0) return warn(sentence("asks for {} more tensors in later calls", more));
  return pass();
}

Result no_waits(const Subject& subject) {
  const Case guider = guider_of(subject);
  const toy::GuiderPtr made = guider.create();
  Host host;
  answers(guider, *made, {some_question(guider.info())}, noisings_of(guider.info()).front(), host);
  if (host.counters.waits == 0) return pass();
  return warn("waits for the device (norm): formulas measure without (ks::PerItem)");
}

Result passes_failures_on(const Subject& subject) {
  const Case guider = guider_of(subject);
  const Question question = some_question(guider.info());
  for (const bool create : {false, true}) {
    const toy::GuiderPtr made = guider.create();
    Host host;
    (create ? host.faults.create : host.faults.lincomb) = 1;
    host.faults.status = KS_STOPPED;
    prepare_guiding(host, 1, noisings_of(guider.info()).front());
    Guiding guiding(*made, guider.info().stage, host);
    const ks_status status = guiding.begun() != KS_OK ? guiding.begun() : guiding.ask(question).status;
    if (!host.has_failed()) continue;  // it makes no such call
    if (status != KS_STOPPED) {
      return fail(
          sentence("a call of the run failed, and the guider returned {} in its place", status));
    }
    if (host.counters.calls_after_failure != 0) return fail("it goes on after a call failed");
  }
  return pass();
}

}  // namespace

Checks guider_checks() {
  return {
      {"guides", "guiders", Scope::guider,
       "It gives finite predictions at all noise levels and cfg from 0 to 30.", guides, true},
      {"equal-predictions", "guiders", Scope::guider,
       "It gives finite predictions where positive and negative are equal, or 0.", equal_predictions},
      {"items-apart", "guiders", Scope::guider,
       "An item of a batch gives the same bits alone and with others.", items_apart},
      {"new-run", "guiders", Scope::guider, "A new run begins anew, and objects share nothing.",
       new_run},
      {"positive-alone", "guiders", Scope::guider,
       "Where it says so, it needs no negative prediction at cfg 1.", positive_alone},
      {"leaves-alone", "guiders", Scope::guider, "It writes to nothing but what its stage is for.",
       leaves_alone},
      {"gives-back", "guiders", Scope::guider,
       "It gives all tensors back at the end, and asks for no more call by call.", gives_back},
      {"no-waits", "guiders", Scope::guider, "It does not wait for the device.", no_waits},
      {"failures-passed-on", "guiders", Scope::guider,
       "What a call of the run fails with is returned at once.", passes_failures_on},
  };
}

}  // namespace ksampler::conformance
