// From a class to the C ABI: registration, creation, and where exceptions end.
#include <ks/sampler.hpp>
#include <ks/scheduler.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <new>
#include <stdexcept>
#include <string>

namespace {

// Does in sample() what its parameter says.
struct Thrower {
  int what = 0;
  static inline int alive = 0;

  Thrower() { ++alive; }
  Thrower(const Thrower& other) : what(other.what) { ++alive; }
  Thrower(Thrower&& other) noexcept : what(other.what) { ++alive; }
  ~Thrower() { --alive; }

  static constexpr ks::SamplerInfo info = {.id = "thrower",
                                           .title = "Thrower",
                                           .summary = "Throws",
                                           .source = "none",
                                           .stochastic = true,
                                           .drops_penultimate = true,
                                           .noise = ks::Noise::brownian,
                                           .fits = ks::Fits::flow};
  static constexpr auto params = ks::params(
      ks::param(&Thrower::what, {.id = "what", .summary = "What", .minimum = 0, .maximum = 4}));

  void sample(ks::Run&, ks::Tensor&) const {
    if (what == 1) throw std::runtime_error("not with this schedule");
    if (what == 2) throw std::bad_alloc();
    if (what == 3) throw 3;
    if (what == 4) throw ks::Failure(KS_STOPPED);
  }
};
KS_SAMPLER(Thrower)

struct Another {
  static constexpr ks::SamplerInfo info = {.id = "another", .title = "", .summary = "", .source = ""};
  void sample(ks::Run&, ks::Tensor&) const {}
};
KS_SAMPLER(Another)

struct Halves {
  double start = 4;
  static constexpr ks::SchedulerInfo info = {.id = "halves", .title = "", .summary = "", .source = ""};
  static constexpr auto params = ks::params(ks::param(&Halves::start, {.id = "start", .summary = ""}));
  std::vector<double> sigmas(const ks::Model&, std::uint32_t steps) const {
    std::vector<double> result;
    for (std::uint32_t i = 0; i <= steps; ++i) result.push_back(start / (1u << i));
    return result;
  }
};
KS_SCHEDULER(Halves)

using Samplers = ks::detail::SamplerEntry;
using Schedulers = ks::detail::SchedulerEntry;

std::string said;  // the last message to the host
const ks_host kHost = {sizeof(ks_host), KS_ABI_MAJOR,
                       KS_ABI_MINOR,    0,
                       "test",          "1",
                       nullptr,         [](const ks_host*, const char* message) { said = message; },
                       nullptr,         nullptr};

ks_status run_thrower(double what) {
  said.clear();
  const ks_value value = {what, nullptr, 0};
  ks_sampler* sampler = nullptr;
  EXPECT_EQ(Samplers::create_at(&kHost, 1, &value, 1, &sampler), KS_OK);
  ks_run run{};
  run.size = sizeof run;
  const double sigmas[] = {1, 0};
  run.steps = 1;
  run.sigmas = sigmas;
  run.set_error = [](const ks_run*, const char* message) { said = message; };
  const ks_status status = sampler->sample(sampler, &run, nullptr);
  sampler->destroy(sampler);
  return status;
}

TEST(Registered, ListsSamplersByIdWhateverTheOrderOfTheSource) {
  ASSERT_EQ(Samplers::count(), 2u);
  EXPECT_STREQ(Samplers::info_at(0)->id, "another");
  EXPECT_STREQ(Samplers::info_at(1)->id, "thrower");
  EXPECT_EQ(Samplers::info_at(2), nullptr);
  EXPECT_EQ(Schedulers::count(), 1u);
}

TEST(Registered, TurnsTraitsIntoBits) {
  const ks_sampler_info& info = *Samplers::info_at(1);
  EXPECT_EQ(info.size, sizeof(ks_sampler_info));
  EXPECT_EQ(info.flags, KS_SAMPLER_STOCHASTIC | KS_SAMPLER_DROPS_PENULTIMATE);
  EXPECT_EQ(info.noise, std::uint32_t{KS_NOISE_BROWNIAN});
  EXPECT_EQ(info.fits, std::uint32_t{KS_FITS_FLOW});
  EXPECT_EQ(info.param_count, 1u);
}

TEST(Registered, RefusesAnIndexAndACountThatAreWrong) {
  ks_sampler* sampler = nullptr;
  const ks_value value = {0, nullptr, 0};
  EXPECT_EQ(Samplers::create_at(&kHost, 7, &value, 1, &sampler), KS_INVALID_ARGUMENT);
  EXPECT_EQ(Samplers::create_at(&kHost, 1, &value, 0, &sampler), KS_INVALID_ARGUMENT);
  EXPECT_EQ(Samplers::create_at(&kHost, 1, &value, 1, nullptr), KS_INVALID_ARGUMENT);
  EXPECT_EQ(sampler, nullptr);
}

TEST(Sample, ReturnsOk) { EXPECT_EQ(run_thrower(0), KS_OK); }

TEST(Sample, TurnsAnExceptionIntoAStatusAndAMessage) {
  EXPECT_EQ(run_thrower(1), KS_ERROR);
  EXPECT_EQ(said, "not with this schedule");
  EXPECT_EQ(run_thrower(2), KS_OUT_OF_MEMORY);
  EXPECT_EQ(said, "out of memory");
  EXPECT_EQ(run_thrower(3), KS_ERROR);
  EXPECT_EQ(said, "an exception of an unknown type");
}

TEST(Sample, PassesAStatusOfTheHostOnWithoutAMessage) {
  EXPECT_EQ(run_thrower(4), KS_STOPPED);
  EXPECT_EQ(said, "");
}

TEST(Sample, LeavesNoObjectBehind) {
  const int before = Thrower::alive;
  run_thrower(0);
  run_thrower(1);
  EXPECT_EQ(Thrower::alive, before);
}

TEST(Schedule, EmitsWhatTheClassComputes) {
  const ks_value value = {8, nullptr, 0};
  ks_scheduler* scheduler = nullptr;
  ASSERT_EQ(Schedulers::create_at(&kHost, 0, &value, 1, &scheduler), KS_OK);
  const std::unique_ptr<ks_scheduler, void (*)(ks_scheduler*)> owner(scheduler, scheduler->destroy);
  std::vector<double> sigmas;
  ks_schedule request{};
  request.size = sizeof request;
  request.steps = 3;
  request.context = &sigmas;
  request.emit = [](const ks_schedule* schedule, const double* values, std::uint32_t count) {
    static_cast<std::vector<double>*>(schedule->context)->assign(values, values + count);
    return ks_status{KS_OK};
  };
  EXPECT_EQ(scheduler->schedule(scheduler, &request), KS_OK);
  EXPECT_EQ(sigmas, (std::vector<double>{8, 4, 2, 1}));
}

TEST(Schedule, PassesTheHostsRefusalOn) {
  const ks_value value = {8, nullptr, 0};
  ks_scheduler* scheduler = nullptr;
  ASSERT_EQ(Schedulers::create_at(&kHost, 0, &value, 1, &scheduler), KS_OK);
  const std::unique_ptr<ks_scheduler, void (*)(ks_scheduler*)> owner(scheduler, scheduler->destroy);
  ks_schedule request{};
  request.size = sizeof request;
  request.steps = 3;
  request.emit = [](const ks_schedule*, const double*, std::uint32_t) {
    return ks_status{KS_INVALID_ARGUMENT};
  };
  EXPECT_EQ(scheduler->schedule(scheduler, &request), KS_INVALID_ARGUMENT);
}

}  // namespace
