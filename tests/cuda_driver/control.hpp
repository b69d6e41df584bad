// What a test says to the stand-in for CUDA's driver, and asks it: by cuda_driver_control() of the
// libcuda.so.1 that was loaded.
#ifndef KSAMPLER_TESTS_CUDA_DRIVER_CONTROL_HPP
#define KSAMPLER_TESTS_CUDA_DRIVER_CONTROL_HPP

#include <dlfcn.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>

namespace ksampler::test {

// What is there and was not given back.
struct LiveThings {
  std::size_t blocks;       // of the device's memory
  std::size_t host_blocks;  // of main memory that copies come from
  std::size_t events;
  std::size_t modules;
  std::size_t contexts;  // how often one is held
};

struct DriverControl {
  // How often a function of the driver or of NVRTC was called since forget().
  std::uint64_t (*calls)(const char* function);
  // Functions that wait for the device, all together: streams, events, memory that is freed at once.
  std::uint64_t (*waits)();
  void (*forget)();
  // The call `number`, from 1 on, of this function from now fails with `result`; null: none does.
  void (*fail)(const char* function, std::uint64_t number, int result);

  LiveThings (*live)();
  // What no driver would say, and what goes wrong at times: a line each; "" where nothing did. Lives
  // until the next call.
  const char* (*faults)();

  // The device works only when somebody waits for it: asked how far it is, it has done nothing yet.
  void (*set_slow)(bool slow);
  void (*set_memory_pools)(bool has);
  void (*set_capability)(int major, int minor);

  void* (*new_stream)(int device);
  void (*free_stream)(void* stream);
  // Memory of the device, for the test's own tensors.
  void* (*allocate)(std::size_t bytes);
  void (*free)(void* data);
  // Puts function(context) on a stream; it may touch the device's memory, which is not there otherwise.
  void (*put_on)(void* stream, void (*function)(void*), void* context);
  // Works off all streams.
  void (*finish)();
  // After finish(): to and from the device's memory.
  void (*write)(void* to, const void* from, std::size_t bytes);
  void (*read)(void* to, const void* from, std::size_t bytes);
};

// Throws where the driver is not the stand-in: LD_LIBRARY_PATH says where it is.
inline const DriverControl& driver_control() {
  static const DriverControl& control = []() -> const DriverControl& {
    void* const library = dlopen("libcuda.so.1", RTLD_NOW);
    void* const found = library == nullptr ? nullptr : dlsym(library, "cuda_driver_control");
    if (found == nullptr) {
      throw std::runtime_error(
          "no stand-in for CUDA's driver: run by ctest, which sets LD_LIBRARY_PATH");
    }
    return *reinterpret_cast<const DriverControl* (*)()>(found)();
  }();
  return control;
}

}  // namespace ksampler::test

#endif
