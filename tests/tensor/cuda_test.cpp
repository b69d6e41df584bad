#include "host/tensor/cuda/driver.hpp"
#include "host/tensor/cuda/kernel_source.hpp"
#include "host/tensor/cuda/nvrtc.hpp"
#include "host/tensor/lincomb.hpp"
#include "host/tensor/noise.hpp"
#include "host/tensor/space.hpp"

#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <c10/util/Exception.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

namespace ksampler {
namespace {

bool has_gpu() { return at::hasCUDA() && c10::impl::getDeviceGuardImpl(at::kCUDA)->deviceCount() > 0; }

class CudaCompile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string reason;
    if (!cuda::has_nvrtc(reason)) GTEST_SKIP() << "no libnvrtc:\n" << reason;
  }
  static bool knows(int architecture) {
    const std::vector<int> known = cuda::nvrtc_architectures();
    return std::find(known.begin(), known.end(), architecture) != known.end();
  }
};

TEST_F(CudaCompile, GivesMachineCodeWithAllEntriesForEveryArchitectureThatNvrtcKnows) {
  EXPECT_TRUE(knows(80));
  EXPECT_TRUE(knows(90));
  for (const int architecture : cuda::nvrtc_architectures()) {
    const std::vector<char> code = cuda::compile(cuda::kLincombSource, architecture);
    const std::string_view text(code.data(), code.size());
    EXPECT_EQ(text.substr(0, 4), "\177ELF") << architecture;
    for (const char* type : {"float32", "float16", "bfloat16"}) {
      for (const char* size : {"few", "many"}) {
        const std::string entry = std::string("lincomb_") + type + "_" + size;
        EXPECT_NE(text.find(entry), std::string_view::npos) << entry << " for " << architecture;
      }
    }
  }
}

TEST_F(CudaCompile, GivesPtxForAnArchitectureThatCameLater) {
  const std::vector<char> code = cuda::compile(cuda::kLincombSource, 999);
  const std::string_view text(code.data(), code.size());
  EXPECT_NE(text.find(".entry lincomb_float32_few"), std::string_view::npos);
  // One load of 16 bytes for each term, not 4 of 4.
  EXPECT_TRUE(text.find("ld.global.v4") != std::string_view::npos ||
              text.find("ld.global.b128") != std::string_view::npos ||
              text.find("ld.global.v2.b64") != std::string_view::npos);
}

TEST_F(CudaCompile, RefusesAnArchitectureThatIsTooOldWithWhatItWouldTake) {
  try {
    cuda::compile(cuda::kLincombSource, 30);
    FAIL() << "compiled";
  } catch (const c10::Error& error) {
    EXPECT_NE(std::string(error.what_without_backtrace()).find("the GPU has 3.0"), std::string::npos);
  }
}

TEST_F(CudaCompile, PutsTheCompilersLogIntoTheError) {
  try {
    cuda::compile("__global__ void f() { no_such_name = 1; }", 90);
    FAIL() << "compiled";
  } catch (const c10::Error& error) {
    EXPECT_NE(std::string(error.what_without_backtrace()).find("no_such_name"), std::string::npos);
  }
}

TEST(CudaDriver, SaysWhatIsMissingWhereThereIsNone) {
  if (has_gpu()) GTEST_SKIP() << "there is a driver";
  try {
    cuda::driver();
  } catch (const c10::Error& error) {
    EXPECT_NE(std::string(error.what_without_backtrace()).find("CUDA"), std::string::npos);
  }
}

TEST(CudaLincomb, EqualsTheCpuOnAGpu) {
  if (!has_gpu()) GTEST_SKIP() << "no GPU";
  Generator generator(1);
  for (const at::ScalarType type : {at::kFloat, at::kHalf, at::kBFloat16}) {
    for (const std::int64_t size : {1, 17, 4096, 1000003}) {
      for (const std::size_t count : {0, 1, 3, 16, 17, 300}) {
        std::vector<at::Tensor> here, there;
        std::vector<const at::Tensor*> here_terms, there_terms;
        std::vector<double> coefficients;
        for (std::size_t k = 0; k < count; ++k) {
          here.push_back(normal({size}, generator).to(type));
          there.push_back(here.back().to(at::kCUDA));
          coefficients.push_back(0.1 + 0.01 * static_cast<double>(k));
        }
        for (std::size_t k = 0; k < count; ++k) {
          here_terms.push_back(&here[k]);
          there_terms.push_back(&there[k]);
        }
        at::Tensor cpu = at::zeros({size}, type), gpu = at::zeros({size}, type).to(at::kCUDA);
        at::Tensor& cpu_out = count > 1 ? here[1] : cpu;  // among the terms
        at::Tensor& gpu_out = count > 1 ? there[1] : gpu;
        lincomb(cpu_out, coefficients, here_terms);
        lincomb(gpu_out, coefficients, there_terms);
        const at::Tensor difference = (gpu_out.cpu().to(at::kDouble) - cpu_out.to(at::kDouble)).abs();
        const double scale = 1 + cpu_out.to(at::kDouble).abs().max().item<double>();
        // The CPU may fuse where the GPU cuts in two launches: a rounding of the format.
        const double rounding = type == at::kFloat ? 0x1p-20 : type == at::kHalf ? 0x1p-10 : 0x1p-7;
        EXPECT_LE(difference.max().item<double>(), rounding * scale)
            << count << " of " << size << " " << type;
      }
    }
  }
}

TEST(CudaSpace, MeasuresOnAGpu) {
  if (!has_gpu()) GTEST_SKIP() << "no GPU";
  Generator generator(1);
  const at::Tensor values = normal({1000}, generator);
  TensorSpace here(values), there(values.to(at::kCUDA));
  ks_tensor* a = here.adopt(values.clone());
  ks_tensor* b = there.adopt(values.to(at::kCUDA));
  double expected = 0, found = 0;
  std::string error;
  ASSERT_EQ(here.norm(a, expected, error), KS_OK);
  ASSERT_EQ(there.norm(b, found, error), KS_OK) << error;
  EXPECT_NEAR(found, expected, 1e-12);
  ASSERT_EQ(here.error_norm(a, a, a, 0.1, 0.1, expected, error), KS_OK);
  ASSERT_EQ(there.error_norm(b, b, b, 0.1, 0.1, found, error), KS_OK) << error;
  EXPECT_NEAR(found, expected, 1e-12);
}

}  // namespace
}  // namespace ksampler
