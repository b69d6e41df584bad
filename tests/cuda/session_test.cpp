// Sessions of libks_host whose tensors are on a CUDA device: every sampler, guider and noise source
// that ships, beside main memory; what waits for the device; and a driver that fails at each call.
#include "host/plain/loops.hpp"
#include "tests/cuda/stand_in.hpp"
#include "tests/embed/run_case.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ksampler::test {
namespace {

using ::testing::HasSubstr;

// A session on a device of the stand-in's. The model is on its stream, like one of torch's.
template <typename Number = float>
class DeviceRun {
 public:
  using Model = void (*)(const RunCase& run, const ks_want& want);

  DeviceRun(RunCase& run, const std::vector<Number>& x, int device = 0, Model model = &answer)
      : run_(run), model_(model), stream_(driver_control().new_stream(device)), x_(x) {
    cuda_.size = sizeof cuda_;
    cuda_.device = device;
    cuda_.stream = stream_;
    run.settings.cuda = &cuda_;
    run.settings.x = x_.data();
  }
  explicit DeviceRun(RunCase& run) : DeviceRun(run, run.x) {}
  ~DeviceRun() { driver_control().free_stream(stream_); }
  DeviceRun(const DeviceRun&) = delete;
  DeviceRun& operator=(const DeviceRun&) = delete;

  // Runs to the end, to a failure, or so far. The device has not done all of it by then.
  ks_status whole(std::uint64_t most_questions = ~std::uint64_t{0}) {
    ks_session* session = nullptr;
    ks_status status = ks_session_new(shipped().get(), &run_.ready(), &session);
    ks_want want{};
    want.size = sizeof want;
    while (status == KS_OK && questions < most_questions) {
      status = ks_session_next(session, &want);
      if (status != KS_OK || want.kind == KS_WANT_NOTHING) break;
      ++questions;
      put_answer(want);
    }
    waits = driver_control().waits();
    if (status != KS_OK) failure = ks_last_error();
    ks_session_free(session);
    return status;
  }
  std::vector<Number> result() const { return x_.values(); }

  std::uint64_t questions = 0;
  std::uint64_t waits = 0;  // for the device, until the end of the run
  std::string failure;

 private:
  struct Answer {
    const RunCase* run;
    Model model;
    ks_want want;
  };
  void put_answer(const ks_want& want) const {
    driver_control().put_on(
        stream_,
        [](void* context) {
          const std::unique_ptr<Answer> of(static_cast<Answer*>(context));
          of->model(*of->run, of->want);
        },
        new Answer{&run_, model_, want});
  }

  RunCase& run_;
  Model model_;
  void* stream_;
  OnDevice<Number> x_;
  ks_cuda cuda_{};
};

class OnACudaDevice : public WithDriver {
 protected:
  void SetUp() override {
    WithDriver::SetUp();
    ASSERT_EQ(ks_cuda_check(0), KS_OK) << ks_last_error();
    control.forget();
  }
};

double largest(const std::vector<float>& values) {
  double most = 0;
  for (const float value : values) most = std::max(most, std::abs(double{value}));
  return most;
}

// The largest difference of two runs of the same, as a part of the largest value.
double difference(const std::vector<float>& a, const std::vector<float>& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(double{a[i]} - b[i]));
  return most / std::max(largest(b), 1.0);
}

RunCase small_run(const char* sampler) {
  RunCase run;
  run.height = run.width = 16;
  run.x = run.start(14.6);
  run.sampler = chosen(sampler);
  run.sigmas = shipped().sigmas("karras", 12, eps(), 1.0, sampler);
  return run;
}

TEST_F(OnACudaDevice, EverySamplerGivesWhatItGivesInMainMemory) {
  std::set<std::string> waiting;
  for (std::uint32_t i = 0; const auto* info = ks_library_sampler(shipped().get(), i); ++i) {
    const std::string id = info->id;
    RunCase here = small_run(info->id), there = small_run(info->id);
    ASSERT_EQ(run_whole(here), KS_OK) << id << ": " << ks_last_error();
    control.forget();
    DeviceRun run(there);
    ASSERT_EQ(run.whole(), KS_OK) << id << ": " << run.failure;
    // Sums of float32, rounded once in both: the same bits, but where the CPU has no fused
    // multiplication and addition, or a norm decides (dpm_adaptive), whose squares are of float32
    // there.
    EXPECT_LT(difference(run.result(), here.x), 1e-6) << id;
    if (run.waits != 0) waiting.insert(id);
    EXPECT_STREQ(control.faults(), "") << id;
  }
  // A norm decides its steps. All others put theirs on the stream, and never wait.
  EXPECT_EQ(waiting, std::set<std::string>{"dpm_adaptive"});
  expect_nothing_left();
}

// A guider by itself; its settings are its own.
TEST_F(OnACudaDevice, EveryGuiderGivesWhatItGivesInMainMemory) {
  for (std::uint32_t i = 0; const auto* info = ks_library_guider(shipped().get(), i); ++i) {
    const ks_chosen guider = chosen(info->id);
    const ks_chosen* const guiders[] = {&guider};
    const auto guided = [&] {
      RunCase run = small_run("euler");
      run.settings.guiders = guiders;
      run.settings.guider_count = 1;
      return run;
    };
    RunCase here = guided(), there = guided();
    ASSERT_EQ(run_whole(here), KS_OK) << info->id << ": " << ks_last_error();
    control.forget();
    DeviceRun run(there);
    ASSERT_EQ(run.whole(), KS_OK) << info->id << ": " << run.failure;
    // Formulas are of the same operations; the CPU's own exp and power differ from the C library's in
    // the last bit, and twelve steps add that up.
    EXPECT_LT(difference(run.result(), here.x), 1e-5) << info->id;
    EXPECT_EQ(run.waits, 0U) << info->id;
  }
  expect_nothing_left();
}

TEST_F(OnACudaDevice, EveryNoiseSourceGivesWhatItGivesInMainMemory) {
  for (std::uint32_t i = 0; const auto* info = ks_library_noise(shipped().get(), i); ++i) {
    const ks_chosen noise = chosen(info->id);
    const ks_chosen* const noises[] = {&noise};
    const auto noisy = [&] {
      RunCase run = small_run("euler_ancestral");
      run.settings.noises = noises;
      run.settings.noise_count = 1;
      return run;
    };
    RunCase here = noisy(), there = noisy();
    ASSERT_EQ(run_whole(here), KS_OK) << info->id << ": " << ks_last_error();
    control.forget();
    DeviceRun run(there);
    ASSERT_EQ(run.whole(), KS_OK) << info->id << ": " << run.failure;
    EXPECT_LT(difference(run.result(), here.x), 1e-5) << info->id;  // as of guiders
    EXPECT_EQ(run.waits, 0U) << info->id;
  }
  expect_nothing_left();
}

// The model's arithmetic is in float32: of a type that is half as wide.
template <cpu::Element element>
void answer_narrow(const RunCase& run, const ks_want& want) {
  if (want.kind != KS_WANT_DENOISE) return;
  const std::size_t size = size_of(run, want);
  std::vector<float> x(size), out(size);
  plain::convert(x.data(), cpu::kFloat32, want.x, element, size);
  gaussian(x.data(), want.sigma, out.data(), size);
  plain::convert(want.out, element, out.data(), cpu::kFloat32, size);
}

template <cpu::Element element>
void expect_same_in(std::uint32_t type) {
  for (const char* sampler : {"dpmpp_2m", "euler_ancestral", "dpmpp_2m_sde"}) {
    RunCase here = small_run(sampler), there = small_run(sampler);
    std::vector<std::uint16_t> x(here.size());
    plain::convert(x.data(), element, here.x.data(), cpu::kFloat32, x.size());
    here.settings.element = there.settings.element = type;
    DeviceRun<std::uint16_t> run(there, x, 0, &answer_narrow<element>);
    ASSERT_EQ(run.whole(), KS_OK) << run.failure;
    here.settings.x = x.data();
    ks_session* session = nullptr;
    ASSERT_EQ(ks_session_new(shipped().get(), &here.ready(), &session), KS_OK);
    ks_want want{};
    want.size = sizeof want;
    while (ks_session_next(session, &want) == KS_OK && want.kind != KS_WANT_NOTHING) {
      answer_narrow<element>(here, want);
    }
    ks_session_free(session);
    // Sums of float32 that are rounded once, in both.
    EXPECT_EQ(run.result(), x) << sampler;
  }
}

TEST_F(OnACudaDevice, NarrowTypesGiveTheSameBits) {
  expect_same_in<cpu::kFloat16>(KS_FLOAT16);
  expect_same_in<cpu::kBfloat16>(KS_BFLOAT16);
}

TEST_F(OnACudaDevice, StepsAndNoiseOfTheCallersAreAskedForThereToo) {
  RunCase run = small_run("euler_ancestral");
  run.settings.flags = KS_SESSION_STEPS;
  run.settings.profile = KS_PROFILE_ASKED;
  DeviceRun there(run, run.x, 0, [](const RunCase& of, const ks_want& want) {
    answer(of, want);
    if (want.kind == KS_WANT_NOISE) std::fill_n(static_cast<float*>(want.out), size_of(of, want), 0.5F);
    if (want.kind != KS_WANT_STEP) return;
    EXPECT_TRUE(std::isfinite(*static_cast<const float*>(want.out)));
  });
  EXPECT_EQ(there.whole(), KS_OK) << there.failure;
  EXPECT_EQ(there.questions, 12U + 12 + 11);
  EXPECT_EQ(there.waits, 0U);
  EXPECT_EQ(control.calls("cuMemcpyHtoDAsync_v2"), 0U);
}

TEST_F(OnACudaDevice, RunsOfTwoDevicesDoNotMeet) {
  ASSERT_EQ(ks_cuda_check(1), KS_OK) << ks_last_error();
  RunCase alone = small_run("dpmpp_2m"), here = small_run("dpmpp_2m"), there = small_run("dpmpp_2m");
  ASSERT_EQ(run_whole(alone), KS_OK);
  DeviceRun first(here), second(there, there.x, 1);
  EXPECT_EQ(second.whole(), KS_OK) << second.failure;
  EXPECT_EQ(first.whole(), KS_OK) << first.failure;
  EXPECT_EQ(first.result(), alone.x);
  EXPECT_EQ(second.result(), alone.x);
}

TEST_F(OnACudaDevice, ASessionTakesItsMemoryOnce) {
  RunCase run = small_run("dpmpp_3m_sde");
  run.sigmas = shipped().sigmas("karras", 40, eps());
  DeviceRun there(run);
  ASSERT_EQ(there.whole(), KS_OK) << there.failure;
  EXPECT_LT(control.calls("cuMemAllocAsync"), 10U);
  EXPECT_EQ(control.calls("cuMemAlloc_v2"), 0U);
  EXPECT_EQ(control.calls("cuMemHostAlloc"), 1U);  // used again once the device has read it
  EXPECT_EQ(control.calls("cuMemFreeAsync"), control.calls("cuMemAllocAsync"));
}

TEST_F(OnACudaDevice, ADeviceWithoutMemoryPoolsIsTakenToo) {
  control.set_memory_pools(false);
  RunCase here = small_run("heun"), run = small_run("heun");
  ASSERT_EQ(run_whole(here), KS_OK);
  {
    DeviceRun there(run);
    ASSERT_EQ(there.whole(), KS_OK) << there.failure;
    EXPECT_EQ(there.result(), here.x);
  }
  EXPECT_GT(control.calls("cuMemAlloc_v2"), 0U);
  EXPECT_EQ(control.calls("cuMemAlloc_v2"), control.calls("cuMemFree_v2"));
  expect_nothing_left();
}

// The caller is ahead, and what it gives up is still being read.
TEST_F(OnACudaDevice, ASessionCanBeGivenUpAnywhere) {
  control.set_slow(true);
  for (const char* sampler : {"euler_ancestral", "restart", "dpm_adaptive", "spectral_progressive"}) {
    for (std::uint64_t after = 0; after < 12; ++after) {
      RunCase run = small_run(sampler);
      DeviceRun there(run);
      EXPECT_EQ(there.whole(after), KS_OK) << there.failure;
      EXPECT_STREQ(control.faults(), "") << sampler << " after " << after;
    }
    expect_nothing_left();
  }
}

TEST_F(OnACudaDevice, ASlowDeviceIsWaitedForAfterEightStepsWithNoise) {
  control.set_slow(true);
  RunCase here = small_run("euler_ancestral"), run = small_run("euler_ancestral");
  ASSERT_EQ(run_whole(here), KS_OK);
  DeviceRun there(run);
  ASSERT_EQ(there.whole(), KS_OK) << there.failure;
  EXPECT_EQ(there.waits, 3U);  // eleven draws
  EXPECT_EQ(there.result(), here.x);
}

// What a driver fails at is the end of the session, in its words; it leaves nothing behind.
TEST_F(OnACudaDevice, AFailureOfTheDriverEndsTheSession) {
  const ks_chosen cfg = chosen("dynamic_thresholding"), apg = chosen("apg"), noise = chosen("pyramid");
  const ks_chosen* const guiders[] = {&cfg, &apg};
  const ks_chosen* const noises[] = {&noise};
  const ks_chosen inside = chosen("dpm_adaptive");
  const auto everything = [&](const char* sampler) {
    RunCase run = small_run(sampler);
    run.sigmas = {14.6, 3.0, 0.5, 0.0};
    run.settings.guiders = guiders;
    run.settings.guider_count = 2;
    run.settings.noises = noises;
    run.settings.noise_count = 1;
    if (std::string(sampler) == "restart") run.sampler.inside = &inside;
    return run;
  };
  std::set<std::string> functions;
  for (const char* sampler : {"euler_ancestral", "restart"}) {
    for (const char* function :
         {"cuDeviceGet", "cuDevicePrimaryCtxRetain", "cuDeviceGetAttribute", "cuCtxGetCurrent",
          "cuMemAllocAsync", "cuMemHostAlloc", "cuEventCreate", "cuEventRecord", "cuEventQuery",
          "cuMemcpyHtoDAsync_v2", "cuMemcpyDtoHAsync_v2", "cuLaunchKernel", "cuStreamSynchronize",
          "cuMemsetD8Async"}) {
      control.forget();
      {
        RunCase run = everything(sampler);
        DeviceRun undisturbed(run);
        ASSERT_EQ(undisturbed.whole(), KS_OK) << undisturbed.failure;
      }
      const std::uint64_t calls = control.calls(function);
      const std::uint64_t step = std::max<std::uint64_t>(calls / 40, 1);  // forty of them, or all
      for (std::uint64_t n = 1; n <= calls; n += step) {
        RunCase run = everything(sampler);
        DeviceRun there(run);
        control.fail(function, n, 719);
        const ks_status status = there.whole();
        control.fail(nullptr, 0, 0);
        if (status != KS_OK) {
          functions.insert(function);
          EXPECT_THAT(there.failure, HasSubstr("CUDA: ")) << function << " " << n;
          EXPECT_THAT(there.failure, HasSubstr("unspecified launch failure (719)"));
        } else {  // where it frees: what cannot be said is passed over
          EXPECT_STREQ(function, "cuCtxGetCurrent") << n << " of " << calls;
        }
      }
      EXPECT_STREQ(control.faults(), "") << function;
      expect_nothing_left();
    }
  }
  EXPECT_EQ(functions.size(), 14U);
}

// In a process of its own, where what the driver did not take back stays.
TEST(OnACudaDeviceDeathTest, WhatTheDriverDoesNotTakeBackIsAllThatIsLeft) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto body = [] {
    const DriverControl& control = driver_control();
    bool is_right = ks_cuda_check(0) == KS_OK;
    for (const char* function : {"cuMemFreeAsync", "cuMemFreeHost", "cuEventDestroy_v2",
                                 "cuDevicePrimaryCtxRelease_v2", "cuEventSynchronize"}) {
      const LiveThings before = control.live();
      {
        RunCase run = small_run("euler_ancestral");
        DeviceRun there(run);
        control.set_slow(true);
        control.fail(function, 1, 719);
        is_right = is_right && (there.whole(5) == KS_OK);
        control.fail(nullptr, 0, 0);
      }
      control.finish();
      const LiveThings after = control.live();
      const std::size_t left = after.blocks - before.blocks + after.host_blocks - before.host_blocks +
                               after.events - before.events + after.contexts - before.contexts;
      is_right = is_right && left == (std::string(function) == "cuEventSynchronize" ? 0U : 1U);
      if (!is_right) std::fprintf(stderr, "%s: %zu left\n", function, left);
    }
    std::exit(is_right ? 0 : 1);
  };
  EXPECT_EXIT(body(), ::testing::ExitedWithCode(0), "");
}

TEST_F(OnACudaDevice, MemoryThatIsUsedUpIsAnErrorOfTheSession) {
  RunCase run = small_run("dpmpp_2m");
  run.items = 200;  // 52 of the 64 MiB that the stand-in has
  run.height = run.width = 128;
  run.x.assign(run.size(), 0.0F);
  DeviceRun there(run);
  EXPECT_EQ(there.whole(), KS_ERROR);
  EXPECT_THAT(there.failure, HasSubstr("CUDA: memory of the device: out of memory (2)"));
}

TEST_F(OnACudaDevice, APluginThatWorksOnMemoryIsToldWhoseItIs) {
  const ks::Plugins plugins({BINARY_DIR "/tests/fixtures/plugins/raw"});
  RunCase run = small_run("euler");
  run.sampler = chosen("raw");
  DeviceRun there(run);
  ks_session* session = nullptr;
  ASSERT_EQ(ks_session_new(plugins.get(), &run.ready(), &session), KS_OK) << ks_last_error();
  ks_want want{};
  want.size = sizeof want;
  EXPECT_EQ(ks_session_next(session, &want), KS_ERROR);
  EXPECT_THAT(ks_last_error(), HasSubstr("this is device 2:0, with a stream"));
  ks_session_free(session);
}

TEST_F(OnACudaDevice, TheCxxFaceRunsThereToo) {
  RunCase here;
  ASSERT_EQ(run_whole(here), KS_OK);
  const OnDevice<float> x(here.start(14.6));
  void* const stream = control.new_stream(0);
  {
    ks_cuda cuda{};
    cuda.size = sizeof cuda;
    cuda.stream = stream;
    const ks::SessionOptions options{.sampler = "euler", .seed = 5, .cfg = 3.0, .cuda = &cuda};
    ks::Session session(shipped(), options, here.sigmas, eps(), {2, 4, 6, 5},
                        static_cast<float*>(x.data()));
    while (const ks_want* want = session.next()) {
      using Asked = std::pair<const RunCase*, ks_want>;
      control.put_on(
          stream,
          [](void* context) {
            const std::unique_ptr<Asked> asked(static_cast<Asked*>(context));
            answer(*asked->first, asked->second);
          },
          new Asked(&here, *want));
    }
  }
  EXPECT_EQ(x.values(), here.x);
  control.free_stream(stream);
}

TEST_F(OnACudaDevice, WhatIsWrongIsRefused) {
  const auto refused = [](const std::function<void(RunCase&)>& spoil) {
    RunCase run;
    spoil(run);
    EXPECT_NE(run_whole(run), KS_OK);
    return std::string(ks_last_error());
  };
  static ks_cuda cuda{};
  cuda.size = sizeof cuda;
  cuda.device = -1;
  EXPECT_EQ(refused([](RunCase& run) { run.settings.cuda = &cuda; }),
            "CUDA device -1; expected 0 or above");
  cuda.device = 2;
  EXPECT_EQ(refused([](RunCase& run) { run.settings.cuda = &cuda; }),
            "CUDA: device 2: invalid device ordinal (101)");
  EXPECT_EQ(ks_cuda_check(2), KS_ERROR);
  static ks_cuda no_size{};
  EXPECT_THAT(refused([](RunCase& run) { run.settings.cuda = &no_size; }),
              HasSubstr("`size` is not set"));
  static ks_space space{};
  space.size = sizeof space;
  EXPECT_EQ(refused([](RunCase& run) {
              run.settings.cuda = &cuda;
              run.settings.space = &space;
            }),
            "tensors are of a space, or on a CUDA device; both are given");
}

}  // namespace
}  // namespace ksampler::test
