#include "host/base/error.hpp"
#include "host/cuda/driver.hpp"
#include "host/cuda/kernel_source.hpp"
#include "host/cuda/nvrtc.hpp"
#include "host/tensor/formula.hpp"
#include "host/tensor/lincomb.hpp"
#include "host/tensor/noise.hpp"
#include "host/tensor/space.hpp"

#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
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

TEST_F(CudaCompile, TakesTheKernelsOfFormulasForEveryArchitectureThatNvrtcKnows) {
  for (const int architecture : cuda::nvrtc_architectures()) {
    const std::vector<char> code = cuda::compile(cuda::kFormulaSource, architecture);
    const std::string_view text(code.data(), code.size());
    for (const char* entry : {"formula_float32", "formula_float16", "formula_bfloat16",
                              "reduce_formula", "fold_parts", "finish_reduction", "multiply_planes",
                              "count_digits", "choose_digit", "least_above", "finish_quantile"}) {
      EXPECT_NE(text.find(entry), std::string_view::npos) << entry << " for " << architecture;
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
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("the GPU has 3.0"), std::string::npos);
  }
}

TEST_F(CudaCompile, PutsTheCompilersLogIntoTheError) {
  try {
    cuda::compile("__global__ void f() { no_such_name = 1; }", 90);
    FAIL() << "compiled";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("no_such_name"), std::string::npos);
  }
}

TEST(CudaDriver, SaysWhatIsMissingWhereThereIsNone) {
  if (has_gpu()) GTEST_SKIP() << "there is a driver";
  try {
    cuda::driver();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("CUDA"), std::string::npos);
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

TEST(CudaFormula, EqualsTheCpuOnAGpu) {
  if (!has_gpu()) GTEST_SKIP() << "no GPU";
  Generator generator(1);
  const LatentShape latent{2, 4, 33, 31};
  const ks_op ops[] = {{KS_OP_TERM, 0}, {KS_OP_TERM, 1}, {KS_OP_MULTIPLY, 0}, {KS_OP_NUMBER, 0},
                       {KS_OP_ADD, 0},  {KS_OP_ABS, 0},  {KS_OP_SQRT, 0}};
  const double numbers[] = {0.5};
  for (const at::ScalarType type : {at::kFloat, at::kHalf, at::kBFloat16}) {
    at::Tensor a = normal({2, 4, 33, 31}, generator).to(type), b = normal({2, 4, 1, 1}, generator);
    at::Tensor out = at::zeros_like(a), sum = at::zeros({2, 1, 1, 1});
    at::Tensor a2 = a.to(at::kCUDA), b2 = b.to(at::kCUDA), out2 = out.to(at::kCUDA),
               sum2 = sum.to(at::kCUDA);
    const ShapedTensor here[] = {{&a, KS_SHAPE_LATENT}, {&b, KS_SHAPE_CHANNELS}};
    const ShapedTensor there[] = {{&a2, KS_SHAPE_LATENT}, {&b2, KS_SHAPE_CHANNELS}};
    map(latent, {&out, KS_SHAPE_LATENT}, {ops, numbers, here});
    map(latent, {&out2, KS_SHAPE_LATENT}, {ops, numbers, there});
    reduce(latent, {&sum, KS_SHAPE_ITEMS}, KS_REDUCE_SUM, {ops, numbers, here});
    reduce(latent, {&sum2, KS_SHAPE_ITEMS}, KS_REDUCE_SUM, {ops, numbers, there});
    // The last bit of the type, of values up to 4; sums of 4092 of them are in float64 on both.
    const double last = type == at::kFloat ? 0x1p-21 : type == at::kHalf ? 0x1p-9 : 0x1p-6;
    const auto off = [](const at::Tensor& x, const at::Tensor& y) {
      return (x.cpu().to(at::kDouble) - y.to(at::kDouble)).abs().max().item<double>();
    };
    EXPECT_LE(off(out2, out), last) << type;
    EXPECT_LE(off(sum2, sum), 1e-2) << type;
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
