// Tensors of LibTorch's on a CUDA device, as the host has them: on LibTorch's current stream. The
// device is the stand-in's, and LibTorch is told of it by a guard of ours.
#include "host/cuda/nvrtc.hpp"
#include "host/tensor/formula.hpp"
#include "host/tensor/space.hpp"
#include "tests/cuda/stand_in.hpp"

#include <ATen/ops/from_blob.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace ksampler::test {
namespace {

// Of two devices, with a current stream for each.
struct Guard final : c10::impl::DeviceGuardImplInterface {
  at::DeviceType type() const override { return at::kCUDA; }
  at::Device exchangeDevice(at::Device device) const override {
    const at::Device before = getDevice();
    setDevice(device);
    return before;
  }
  at::Device getDevice() const override { return {at::kCUDA, current}; }
  void setDevice(at::Device device) const override { current = device.index(); }
  void uncheckedSetDevice(at::Device device) const noexcept override { current = device.index(); }
  c10::Stream getStream(at::Device device) const override {
    return c10::Stream(c10::Stream::UNSAFE, device, 100 + device.index());
  }
  c10::Stream exchangeStream(c10::Stream stream) const override { return stream; }
  at::DeviceIndex deviceCount() const noexcept override { return 2; }
  void* getStreamNativeHandle(const c10::Stream stream) const override {
    return streams[stream.device_index()];
  }

  static inline thread_local at::DeviceIndex current = 0;
  static inline void* streams[2] = {};
};

class LibTorchsTensors : public WithDriver {
 protected:
  void SetUp() override {
    WithDriver::SetUp();
    std::string reason;
    if (!cuda::has_nvrtc(reason)) GTEST_SKIP() << reason;
    static const c10::impl::DeviceGuardImplRegistrar registered(at::kCUDA, new Guard);
    for (int i = 0; i < 2; ++i) Guard::streams[i] = control.new_stream(i);
  }
  void TearDown() override {
    for (void*& stream : Guard::streams) {
      if (stream != nullptr) control.free_stream(std::exchange(stream, nullptr));
    }
    WithDriver::TearDown();
  }
  static at::Tensor tensor(const OnDevice<float>& of, at::IntArrayRef sizes, int device) {
    const at::Device place(at::kCUDA, static_cast<at::DeviceIndex>(device));
    return at::for_blob(of.data(), sizes)
        .options(at::TensorOptions(at::kFloat).device(place))
        .target_device(place)
        .make_tensor();
  }
};

TEST_F(LibTorchsTensors, AreAddedUpOnItsCurrentStream) {
  for (const int device : {0, 1}) {
    const OnDevice<float> a({1, 2, 3, 4}), b({10, 20, 30, 40});
    TensorSpace space(tensor(a, {1, 1, 2, 2}, device));
    ks_tensor* const x = space.adopt(tensor(a, {1, 1, 2, 2}, device));
    ks_tensor* const y = space.adopt(tensor(b, {1, 1, 2, 2}, device));
    std::string error;
    ASSERT_EQ(space.lincomb(x, std::vector{2.0, 0.5}, std::vector{x, y}, error), KS_OK) << error;
    EXPECT_EQ(control.waits(), 0U);
    EXPECT_EQ(a.values(), (std::vector<float>{7, 14, 21, 28}));
    ASSERT_EQ(space.lincomb(y, {}, {}, error), KS_OK) << error;
    EXPECT_EQ(b.values(), std::vector<float>(4));
  }
}

TEST_F(LibTorchsTensors, AreMappedByOneKernel) {
  const OnDevice<float> a({1, 2, 3, 4}), factor({10, 100}), out(std::vector<float>(4));
  const at::Tensor latent = tensor(a, {1, 2, 1, 2}, 1), by = tensor(factor, {1, 2, 1, 1}, 1),
                   result = tensor(out, {1, 2, 1, 2}, 1);
  const ks_op ops[] = {{KS_OP_TERM, 0}, {KS_OP_TERM, 1}, {KS_OP_MULTIPLY, 0}};
  const ShapedTensor terms[] = {{&latent, KS_SHAPE_LATENT}, {&by, KS_SHAPE_CHANNELS}};
  map({1, 2, 1, 2}, {&result, KS_SHAPE_LATENT}, {ops, {}, terms});
  EXPECT_EQ(control.calls("cuLaunchKernel"), 1U);
  EXPECT_EQ(out.values(), (std::vector<float>{10, 20, 300, 400}));
}

TEST_F(LibTorchsTensors, SayWhatTheDriverSays) {
  const OnDevice<float> a({1, 2, 3, 4});
  TensorSpace space(tensor(a, {1, 1, 2, 2}, 0));
  ks_tensor* const x = space.adopt(tensor(a, {1, 1, 2, 2}, 0));
  std::string error;
  ASSERT_EQ(space.lincomb(x, std::vector{1.0}, std::vector{x}, error), KS_OK) << error;
  control.fail("cuLaunchKernel", 1, 719);
  EXPECT_EQ(space.lincomb(x, std::vector{1.0}, std::vector{x}, error), KS_ERROR);
  EXPECT_EQ(error, "lincomb: CUDA: launching lincomb: unspecified launch failure (719)");
}

}  // namespace
}  // namespace ksampler::test
