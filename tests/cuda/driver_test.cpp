// Driver and compiler of CUDA as host/cuda uses them: found, begun with, and failing at each call.
#include "host/base/error.hpp"
#include "host/cuda/formula.hpp"
#include "host/cuda/lincomb.hpp"
#include "tests/cuda/stand_in.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace ksampler::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string failure_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

using ADriver = WithDriver;

// In a process of its own: this one's driver is begun with once.
TEST(ADriverDeathTest, ThatCannotBeginIsTriedAgain) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto body = [] {
    driver_control().fail("cuInit", 1, 999);
    const std::string failure = failure_of([] { cuda::driver(); });
    const bool is_said = failure == "CUDA: beginning with the driver: unknown error (999)";
    cuda::driver();
    std::exit(is_said ? 0 : 1);
  };
  EXPECT_EXIT(body(), ::testing::ExitedWithCode(0), "");
}

TEST_F(ADriver, SaysWhyInItsOwnWords) {
  EXPECT_EQ(failure_of([] { cuda::driver().check(719, "launching"); }),
            "CUDA: launching: unspecified launch failure (719)");
  EXPECT_EQ(failure_of([] { cuda::driver().check(12345, "launching"); }),
            "CUDA: launching: unknown error (12345)");
  control.fail("cuGetErrorString", 1, 999);
  EXPECT_EQ(failure_of([] { cuda::driver().check(719, "launching"); }),
            "CUDA: launching: unknown error (719)");
}

TEST_F(ADriver, RefusesADeviceThatIsNotThere) {
  EXPECT_EQ(failure_of([] { cuda::prepare_lincomb(7); }),
            "CUDA: device 7: invalid device ordinal (101)");
}

// Each call on the way to a kernel fails once: it is said, nothing is left, and the next try works.
void expect_failures_of(const std::function<void()>& prepare, int functions) {
  const DriverControl& control = driver_control();
  const LiveThings before = control.live();
  const std::vector<std::pair<const char*, int>> calls = {{"cuDeviceGet", 1},
                                                          {"cuDevicePrimaryCtxRetain", 1},
                                                          {"cuDeviceGetAttribute", 3},
                                                          {"nvrtcGetNumSupportedArchs", 1},
                                                          {"nvrtcGetSupportedArchs", 1},
                                                          {"nvrtcCreateProgram", 1},
                                                          {"nvrtcCompileProgram", 1},
                                                          {"nvrtcGetCUBINSize", 1},
                                                          {"nvrtcGetCUBIN", 1},
                                                          {"cuCtxGetCurrent", 1},
                                                          {"cuCtxSetCurrent", 1},
                                                          {"cuModuleLoadData", 1},
                                                          {"cuModuleGetFunction", functions}};
  for (const auto& [function, times] : calls) {
    for (int n = 1; n <= times; ++n) {
      control.fail(function, static_cast<std::uint64_t>(n), 719);
      const std::string failure = failure_of(prepare);
      const bool is_compiler = std::string(function).starts_with("nvrtc");
      EXPECT_THAT(failure, StartsWith(is_compiler ? "NVRTC" : "CUDA: ")) << function << " " << n;
      EXPECT_THAT(failure, HasSubstr(is_compiler ? "NVRTC_ERROR" : "unspecified launch failure (719)"));
      const LiveThings live = control.live();
      EXPECT_EQ(live.modules, before.modules) << function << " " << n;
      EXPECT_EQ(live.contexts, before.contexts) << function << " " << n;
      EXPECT_EQ(control.calls("nvrtcCreateProgram"), control.calls("nvrtcDestroyProgram"));
    }
  }
  EXPECT_EQ(failure_of(prepare), "");
  EXPECT_EQ(control.live().modules, before.modules + 1);
  EXPECT_EQ(control.live().contexts, before.contexts + 1);
  control.forget();
  EXPECT_EQ(failure_of(prepare), "");  // kept
  EXPECT_EQ(control.calls("nvrtcCompileProgram"), 0U);
}

TEST_F(ADriver, ThatFailsOnTheWayToAKernelLeavesNothing) {
  expect_failures_of([] { cuda::prepare_lincomb(1); }, 6);
  expect_failures_of([] { cuda::prepare_formulas(1); }, 11);
}

TEST_F(ADriver, LeavesTheContextThatItFound) {
  cuda::CuContext mine = nullptr, after = nullptr;
  const cuda::Driver& cuda = cuda::driver();
  const cuda::PrimaryContext held(0);
  mine = held.get();
  ASSERT_EQ(cuda.set_current_context(mine), 0);
  cuda::prepare_lincomb(1);
  OnDevice<float> out({1, 2});
  cuda::lincomb({1, nullptr}, {cpu::kFloat32, 2}, out.data(), {}, {});
  ASSERT_EQ(cuda.current_context(&after), 0);
  EXPECT_EQ(after, mine);
  EXPECT_EQ(out.values(), (std::vector<float>{0, 0}));
}

// Module, without what is kept.
TEST_F(ADriver, OfALaterDeviceIsGivenPtx) {
  control.set_capability(12, 0);
  { const cuda::Module made("__global__ void f() {}", 0); }
  EXPECT_EQ(control.calls("nvrtcGetPTX"), 1U);
  EXPECT_EQ(control.calls("nvrtcGetCUBIN"), 0U);
  EXPECT_EQ(control.calls("cuModuleUnload"), 1U);
  for (const char* function : {"nvrtcGetPTXSize", "nvrtcGetPTX"}) {
    control.fail(function, 1, 1);
    EXPECT_THAT(failure_of([] { const cuda::Module made("", 0); }), StartsWith("NVRTC: the PTX: "));
  }
}

TEST_F(ADriver, OfATooOldDeviceIsGivenNothing) {
  control.set_capability(6, 1);
  EXPECT_EQ(failure_of([] { const cuda::Module made("", 0); }),
            "this NVRTC compiles for compute capability 7.5 and later; the GPU has 6.1");
}

TEST_F(ADriver, IsGivenNothingThatTheCompilerRefuses) {
  control.fail("nvrtcCompileProgram", 1, 6);
  EXPECT_EQ(failure_of([] { const cuda::Module made("", 0); }),
            "NVRTC (--gpu-architecture=sm_90): NVRTC_ERROR_COMPILATION\nno message");
}

}  // namespace
}  // namespace ksampler::test
