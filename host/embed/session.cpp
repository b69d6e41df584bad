#include "host/embed/session.hpp"

#include "host/base/sentence.hpp"
#include "host/embed/arguments.hpp"
#include "host/embed/caller_memory.hpp"
#include "host/embed/cuda_memory.hpp"
#include "host/embed/library.hpp"
#include "host/session/plain_memory.hpp"
#include "host/session/sigmas.hpp"
#include "host/session/space.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ksampler::embed {
namespace {

std::vector<double> checked_sigmas(const ks_session_settings& settings) {
  if (settings.sigmas == nullptr || settings.sigma_count < 2) {
    throw BadArgument(sentence("{} sigmas; expected 2 or more, the last included",
                               settings.sigmas == nullptr ? 0 : settings.sigma_count));
  }
  std::vector<double> sigmas;
  for (std::uint32_t i = 0; i < settings.sigma_count; ++i) {
    const auto sigma = static_cast<float>(settings.sigmas[i]);
    if (!(std::isfinite(sigma) && sigma >= 0)) {
      throw BadArgument(
          sentence("sigma {} is {:f}; expected a finite number, 0 or above", i, settings.sigmas[i]));
    }
    if (i > 0 && sigmas.back() == 0.0 && sigma > 0) {
      throw BadArgument(sentence("a sampler cannot go up from sigma 0, and sigma {} is 0", i - 1));
    }
    sigmas.push_back(static_cast<double>(sigma));
  }
  return sigmas;
}

LatentShape checked_shape(const ks_session_settings& settings) {
  if (settings.items == 0 || settings.channels == 0 || settings.height == 0 || settings.width == 0) {
    throw BadArgument(
        sentence("a latent of {} items, {} channels and {} x {} cells; expected 1 or more "
                 "of each",
                 settings.items, settings.channels, settings.height, settings.width));
  }
  return {settings.items, settings.channels, settings.height, settings.width};
}

NoiseSettings noise_settings(const ks_session_settings& settings) {
  if (settings.profile > KS_PROFILE_ASKED) throw BadArgument("profile is no KS_PROFILE_...");
  NoiseSettings noise{.seed = settings.seed};
  if (settings.profile == KS_PROFILE_BATCH_INVARIANT) noise.profile = NoiseProfile::batch_invariant;
  if (settings.batch_index != nullptr) {
    noise.batch_index.emplace(settings.batch_index, settings.batch_index + settings.items);
  }
  return noise;
}

// Of guiders or noises that are listed.
template <typename Make>
void for_each_chosen(const ks_chosen* const* list, std::uint32_t count, const char* kind,
                     const Make& make) {
  for (std::uint32_t i = 0; i < count; ++i) {
    const ks_chosen chosen = copied(list == nullptr ? nullptr : list[i], "ks_chosen");
    if (chosen.name == nullptr) throw BadArgument(sentence("{} {} has no name", kind, i));
    make(chosen);
  }
}

}  // namespace

class SizedStage {
 public:
  SizedStage(Session& session, std::int64_t height, std::int64_t width)
      : memory(session.memory_for(height, width)), space(*memory) {
    AbiRunSettings run;
    run.sigmas = session.sigmas_;
    run.model = session.settings_.model;
    run.stop = &session.stop_;
    run.cfg = session.settings_.cfg;
    run.family = session.family_;
    const MakeSpace make_space = [this] { return std::make_unique<Space>(*memory); };
    if (!session.noises_.empty()) {
      noises.emplace(session.noises_, session.noise_, run, size(), make_space);
    }
    if (session.guiders_.empty()) return;
    guiders.emplace(session.guiders_, session.settings_.cfg, run, make_space);
    positive = space.create();
    negative = space.create();
    empty = guiders->asks_empty() ? space.create() : nullptr;
    perturbed = guiders->asks_perturbed() ? space.create() : nullptr;
    second = guiders->asks_second() ? space.create() : nullptr;
  }

  NoiseSize size() const {
    const auto items = static_cast<std::size_t>(memory->shape().items);
    return {items, memory->size() / items};
  }

  std::unique_ptr<Memory> memory;
  Space space;
  std::optional<NoisesOfRun> noises;
  std::optional<GuidersOfRun> guiders;
  ks_tensor* positive = nullptr;  // of `space`, where there are guiders
  ks_tensor* negative = nullptr;
  ks_tensor* empty = nullptr;
  ks_tensor* perturbed = nullptr;
  ks_tensor* second = nullptr;
};

// Noise that the caller draws.
class Session::Asked : public NoiseSource {
 public:
  explicit Asked(Session& session) : session_(session) {}
  void draw(Memory&, const RunTensor& out, double sigma, double sigma_next) override {
    ks_want want{};
    want.kind = KS_WANT_NOISE;
    want.sigma = sigma;
    want.sigma_next = sigma_next;
    want.out = out.data;
    want.height = static_cast<std::uint32_t>(out.height);
    want.width = static_cast<std::uint32_t>(out.width);
    session_.ask(want);
  }

 private:
  Session& session_;
};

Session::Session(const Registry& registry, const ks_session_settings& settings)
    : settings_(settings),
      shape_(checked_shape(settings)),
      sigmas_(checked_sigmas(settings)),
      family_(settings.family == nullptr ? "" : settings.family),
      noise_(noise_settings(settings)),
      chosen_(chosen_sampler(registry, settings.sampler)),
      description_(*registry.sampler(chosen_.name).sampler) {
  if (settings.model == nullptr) throw BadArgument("the model's noise levels are null");
  if (settings.x == nullptr && settings.space == nullptr) throw BadArgument("x is null");
  if (settings.element > KS_BFLOAT16)
    throw BadArgument("element is no KS_FLOAT32, KS_FLOAT16 or KS_BFLOAT16");
  if (!std::isfinite(settings.cfg)) throw BadArgument("cfg is not finite");
  if (settings.space != nullptr) space_ = copied(settings.space, "ks_space");
  if (settings.cuda != nullptr) {
    if (space_) throw BadArgument("tensors are of a space, or on a CUDA device; both are given");
    queue_ = queue_of(copied(settings.cuda, "ks_cuda"));
  }
  sampler_ = std::make_shared<SamplerInstance>(registry.make_sampler(chosen_.name, chosen_.params));
  inside_ = make_inside_sampler(registry, chosen_);
  for_each_chosen(settings.guiders, settings.guider_count, "guider", [&](const ks_chosen& chosen) {
    const GuiderDescription& guider = *registry.guider(chosen.name).guider;
    guiders_.push_back(
        {guider, std::make_shared<GuiderInstance>(registry.make_guider(
                     chosen.name, named_params(chosen, guider.params, "guider '" + guider.id + "'")))});
  });
  for_each_chosen(settings.noises, settings.noise_count, "noise", [&](const ks_chosen& chosen) {
    const NoiseDescription& noise = *registry.noise(chosen.name).noise;
    noises_.push_back(
        {noise, std::make_shared<NoiseInstance>(registry.make_noise(
                    chosen.name, named_params(chosen, noise.params, "noise '" + noise.id + "'")))});
  });
  fiber_ = std::make_unique<Fiber>([this] {
    try {
      run();
    } catch (...) {
      failure_ = std::current_exception();
    }
  });
}

Session::~Session() {
  stop_ = true;
  answer_ = KS_STOPPED;
  while (fiber_->has_begun() && !fiber_->has_ended()) fiber_->resume();
}

void Session::next(ks_want& want) {
  want_ = {};
  if (!fiber_->has_ended()) {
    fiber_->resume();
    answer_ = KS_OK;
    answer_message_.clear();
  }
  if (failure_) std::rethrow_exception(failure_);
  const std::uint32_t size = want.size;
  const bool needs_more = want_.perturbed != nullptr || want_.second != nullptr;
  if (needs_more && !KS_HAS(ks_want, &want, second)) {
    throw Error(sentence(
        "a guider needs the prediction {}, and this program was built for ks/host.h 1.0, which "
        "has no place for it",
        want_.perturbed != nullptr ? "of a weakened network (needs_perturbed)"
                                   : "for a second prompt (needs_second)"));
  }
  std::memcpy(&want, &want_, std::min<std::size_t>(size, sizeof want_));
  want.size = size;
}

void Session::fail(ks_status status, const char* message) {
  answer_ = status;
  if (message != nullptr) answer_message_ = message;
}

void Session::ask(const ks_want& want) {
  if (stop_) throw Stopped();
  want_ = want;
  fiber_->wait();
  if (answer_ == KS_OK) return;
  if (answer_ == KS_STOPPED) throw Stopped();
  throw Error(answer_message_.empty() ? sentence("the model failed (status {})", answer_)
                                      : answer_message_);
}

std::unique_ptr<Memory> Session::memory_for(std::int64_t height, std::int64_t width) const {
  const LatentShape shape{shape_.items, shape_.channels, height, width};
  const auto element = static_cast<cpu::Element>(settings_.element);
  if (space_) return std::make_unique<CallerMemory>(shape, element, *space_);
  if (queue_) return std::make_unique<CudaMemory>(shape, element, *queue_);
  return std::make_unique<PlainMemory>(shape, element);
}

SizedStage& Session::stage(std::int64_t height, std::int64_t width) {
  if (stage_ == nullptr || stage_->memory->shape().height != height ||
      stage_->memory->shape().width != width) {
    stage_.reset();  // guiders and noise sources of the other size end
    stage_ = std::make_unique<SizedStage>(*this, height, width);
  }
  return *stage_;
}

void Session::predict(const RunTensor& x, double sigma, const RunTensor& denoised,
                      const RunTensor* unconditional) {
  ks_want want{};
  want.kind = KS_WANT_DENOISE;
  want.sigma = sigma;
  want.x = x.data;
  want.height = static_cast<std::uint32_t>(x.height);
  want.width = static_cast<std::uint32_t>(x.width);
  if (guiders_.empty()) {
    want.out = denoised.data;
    want.unconditional = unconditional == nullptr ? nullptr : unconditional->data;
    return ask(want);
  }
  SizedStage& sized = stage(x.height, x.width);
  const RunTensor& positive = *sized.space.find(sized.positive);
  const auto if_asked = [&](ks_tensor* tensor) -> const RunTensor* {
    return tensor == nullptr ? nullptr : sized.space.find(tensor);
  };
  const RunTensor* const empty = if_asked(sized.empty);
  const RunTensor* const perturbed = if_asked(sized.perturbed);
  const RunTensor* const second = if_asked(sized.second);
  const bool asks_negative = unconditional != nullptr || sized.guiders->asks_negative();
  const RunTensor* const negative = asks_negative ? sized.space.find(sized.negative) : nullptr;
  want.out = positive.data;
  want.negative = negative == nullptr ? nullptr : negative->data;
  want.empty = empty == nullptr ? nullptr : empty->data;
  want.perturbed = perturbed == nullptr ? nullptr : perturbed->data;
  want.second = second == nullptr ? nullptr : second->data;
  ask(want);
  sized.guiders->guide({&x, &positive, negative, empty, perturbed, second}, sigma, denoised);
  if (unconditional == nullptr) return;
  constexpr float kOne = 1.0F;
  const void* const term = negative->data;
  sized.memory->lincomb(*unconditional, {&kOne, 1}, {&term, 1});
}

void Session::report(const RunStep& step) {
  if ((settings_.flags & KS_SESSION_STEPS) == 0 || step.denoised == nullptr) return;
  ks_want want{};
  want.kind = KS_WANT_STEP;
  want.sigma = step.sigma;
  want.x = step.x.data;
  want.out = step.denoised->data;
  want.height = static_cast<std::uint32_t>(step.x.height);
  want.width = static_cast<std::uint32_t>(step.x.width);
  want.step = step.index;
  want.steps = step.steps;
  ask(want);
}

std::unique_ptr<NoiseSource> Session::source_for(NoiseKind kind, const RunTensor& x,
                                                 const NoiseSettings& noise,
                                                 std::span<const double> sigmas, double clip_std) {
  std::unique_ptr<NoiseSource> drawn;
  if (settings_.profile == KS_PROFILE_ASKED) {
    if (kind != NoiseKind::none) drawn = std::make_unique<Asked>(*this);
  } else {
    const auto items = static_cast<std::size_t>(shape_.items);
    const NoiseSize size{items, x.size / items};
    std::vector<Generator> continued;
    if (kind == NoiseKind::continued) continued = initial_noise(size, noise).generators;
    drawn = make_noise_source(kind, size, noise, sigmas, std::move(continued));
  }
  if (shape_steps(noises_)) {
    drawn = shaped_by(
        [this](const RunTensor& of) -> NoisesOfRun& { return *stage(of.height, of.width).noises; },
        std::move(drawn));
  }
  return shaped(std::move(drawn),
                {.clip_std = clip_std, .by_item = noise.profile == NoiseProfile::batch_invariant});
}

AbiRunSettings Session::settings_for(const SamplerDescription& sampler, const std::string& plugin,
                                     std::span<const double> sigmas, NoiseSource* source) const {
  AbiRunSettings run;
  run.sigmas = sigmas;
  run.model = settings_.model;
  run.allow_split = sampler.unconditional;
  run.noise = source;
  run.stop = &stop_;
  run.sampler_name = sampler.id;
  run.plugin = plugin;
  run.cfg = settings_.cfg;
  run.family = family_;
  return run;
}

void Session::run() {
  const auto memory = memory_for(shape_.height, shape_.width);
  Space space(*memory);
  const RunTensor x{.data = settings_.x,
                    .element = memory->element(),
                    .size = memory->size(),
                    .height = shape_.height,
                    .width = shape_.width};
  // The stage goes before the fiber's stack does.
  struct EndOfStage {
    std::unique_ptr<SizedStage>& stage;
    ~EndOfStage() { stage.reset(); }
  } const end{stage_};
  const auto source =
      source_for(description_.noise, x, noise_, sigmas_, noise_clip_std(description_, chosen_));
  AbiRunSettings run = settings_for(description_, sampler_->plugin_in_process(), sigmas_, source.get());
  run.denoise = [this](const RunTensor& noisy, double sigma, const RunTensor& denoised,
                       const RunTensor* unconditional) {
    predict(noisy, sigma, denoised, unconditional);
  };
  run.step = [this](const RunStep& step) { report(step); };
  if (inside_) {
    run.inside = [this](const RunTensor& part, std::span<const double> sigmas, std::uint32_t step,
                        std::uint32_t steps) { run_inside(part, sigmas, step, steps); };
  }
  run_sampler(sampler_->get(), run, space, x);
}

void Session::run_inside(const RunTensor& x, std::span<const double> sigmas, std::uint32_t step,
                         std::uint32_t steps) {
  const SamplerDescription& sampler = inside_->description;
  check_sigmas(sigmas, sampler.id);
  const auto memory = memory_for(x.height, x.width);
  Space space(*memory);
  // The generator of the initial noise is the outer run's to go on with.
  const NoiseKind kind = sampler.noise == NoiseKind::continued ? NoiseKind::gaussian : sampler.noise;
  const auto source =
      source_for(kind, x, noise_inside(noise_, inside_runs_++), sigmas, inside_->noise_clip_std);
  AbiRunSettings run =
      settings_for(sampler, inside_->instance->plugin_in_process(), sigmas, source.get());
  run.denoise = [this](const RunTensor& noisy, double sigma, const RunTensor& denoised,
                       const RunTensor* unconditional) {
    predict(noisy, sigma, denoised, unconditional);
  };
  const auto last = static_cast<std::uint32_t>(sigmas_.size() - 2);
  run.step = [&](const RunStep& inner) {
    const std::uint64_t into = std::uint64_t{inner.index} * steps / inner.steps;
    const auto index = static_cast<std::uint32_t>(std::min<std::uint64_t>(step + into, last));
    report({index, last + 1, inner.sigma, inner.x, inner.denoised});
  };
  run_sampler(inside_->instance->get(), run, space, x);
}

}  // namespace ksampler::embed

using namespace ksampler;
using namespace ksampler::embed;

struct ks_session {
  Session session;
};

ks_status ks_session_new(ks_library* library, const ks_session_settings* settings,
                         ks_session** session) {
  return answered([&] {
    if (session == nullptr) throw BadArgument("there is no place for the session");
    *session = nullptr;
    const std::shared_ptr<const Registry> registry = checked(library).plugins->current();
    *session = new ks_session{{*registry, copied(settings, "ks_session_settings")}};
  });
}

ks_status ks_session_next(ks_session* session, ks_want* want) {
  return answered([&] {
    if (session == nullptr) throw BadArgument("the session is null");
    if (want == nullptr || want->size < offsetof(ks_want, step)) {
      throw BadArgument("ks_want is null, or its `size` is not set; expected sizeof(ks_want)");
    }
    session->session.next(*want);
  });
}

void ks_session_fail(ks_session* session, ks_status status, const char* message) {
  static_cast<void>(answered([&] {
    if (session != nullptr) session->session.fail(status, message);
  }));
}

void ks_session_free(ks_session* session) { delete session; }

ks_status ks_sample(ks_library* library, const ks_session_settings* settings,
                    ks_status (*answer)(void* context, ks_session* session, const ks_want* want),
                    void* context) {
  if (answer == nullptr)
    return fail(KS_INVALID_ARGUMENT, Diagnostic::Kind::bad_argument,
                "there is no function that answers");
  ks_session* session = nullptr;
  ks_status status = ks_session_new(library, settings, &session);
  ks_want want{};
  want.size = sizeof want;
  while (status == KS_OK) {
    status = ks_session_next(session, &want);
    if (status != KS_OK || want.kind == KS_WANT_NOTHING) break;
    const ks_status answered_with = answer(context, session, &want);
    if (answered_with != KS_OK) session->session.fail(answered_with, nullptr);
  }
  ks_session_free(session);
  return status;
}
