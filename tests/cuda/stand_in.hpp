// What tests have of the stand-in for CUDA's driver: arrays on it, and a look at what it was asked.
#ifndef KSAMPLER_TESTS_CUDA_STAND_IN_HPP
#define KSAMPLER_TESTS_CUDA_STAND_IN_HPP

#include "tests/cuda_driver/control.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace ksampler::test {

// Numbers in the device's memory.
template <typename Number>
class OnDevice {
 public:
  explicit OnDevice(const std::vector<Number>& values)
      : size_(values.size()), data_(driver_control().allocate(size_ * sizeof(Number))) {
    driver_control().write(data_, values.data(), size_ * sizeof(Number));
  }
  ~OnDevice() { driver_control().free(data_); }
  OnDevice(const OnDevice&) = delete;
  OnDevice& operator=(const OnDevice&) = delete;

  void* data() const { return data_; }
  // Once the device is through with its work.
  std::vector<Number> values() const {
    driver_control().finish();
    std::vector<Number> read(size_);
    driver_control().read(read.data(), data_, size_ * sizeof(Number));
    return read;
  }

 private:
  std::size_t size_;
  void* data_;
};

// Each test begins with a driver that does what it is told, and ends with nothing left on it.
class WithDriver : public ::testing::Test {
 protected:
  void SetUp() override { reset(); }
  void TearDown() override {
    control.finish();
    EXPECT_STREQ(control.faults(), "");
    reset();
  }
  // Nothing but kernels, which are kept until the process ends, and their contexts.
  void expect_nothing_left() const {
    control.finish();
    const LiveThings live = control.live();
    EXPECT_EQ(live.blocks, 0U);
    EXPECT_EQ(live.host_blocks, 0U);
    EXPECT_EQ(live.events, 0U);
    EXPECT_EQ(live.contexts, live.modules);
  }

  const DriverControl& control = driver_control();

 private:
  void reset() const {
    control.finish();
    control.forget();
    control.set_slow(false);
    control.set_memory_pools(true);
    control.set_capability(9, 0);
  }
};

}  // namespace ksampler::test

#endif
