#include "host/cuda/driver.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

namespace ksampler::cuda {
namespace {

struct LoadedDriver {
  DynamicLibrary library{{"libcuda.so.1", "libcuda.so"}};
  Driver driver{};

  LoadedDriver() {
    if (!library.is_open()) {
      throw Error(
          sentence("computing on a CUDA device needs NVIDIA's driver; tried:\n{}", library.failures()));
    }
    library.find(driver.init, "cuInit");
    library.find(driver.error_text, "cuGetErrorString");
    library.find(driver.device, "cuDeviceGet");
    library.find(driver.device_attribute, "cuDeviceGetAttribute");
    library.find(driver.retain_primary_context, "cuDevicePrimaryCtxRetain");
    library.find(driver.release_primary_context, "cuDevicePrimaryCtxRelease_v2");
    library.find(driver.current_context, "cuCtxGetCurrent");
    library.find(driver.set_current_context, "cuCtxSetCurrent");
    library.find(driver.load_module, "cuModuleLoadData");
    library.find(driver.unload_module, "cuModuleUnload");
    library.find(driver.find_function, "cuModuleGetFunction");
    library.find(driver.launch, "cuLaunchKernel");
    library.find(driver.fill_bytes, "cuMemsetD8Async");
    library.find(driver.allocate, "cuMemAllocAsync");
    library.find(driver.free, "cuMemFreeAsync");
    library.find(driver.allocate_at_once, "cuMemAlloc_v2");
    library.find(driver.free_at_once, "cuMemFree_v2");
    library.find(driver.allocate_host, "cuMemHostAlloc");
    library.find(driver.free_host, "cuMemFreeHost");
    library.find(driver.copy_to_device, "cuMemcpyHtoDAsync_v2");
    library.find(driver.copy_to_host, "cuMemcpyDtoHAsync_v2");
    library.find(driver.create_event, "cuEventCreate");
    library.find(driver.destroy_event, "cuEventDestroy_v2");
    library.find(driver.record_event, "cuEventRecord");
    library.find(driver.query_event, "cuEventQuery");
    library.find(driver.wait_for_event, "cuEventSynchronize");
    library.find(driver.wait_for_stream, "cuStreamSynchronize");
    driver.check(driver.init(0), "beginning with the driver");
  }
};

}  // namespace

void Driver::check(CuResult result, const char* what) const {
  if (result == kSuccess) return;
  const char* text = nullptr;
  if (error_text(result, &text) != kSuccess || text == nullptr) text = "unknown error";
  throw Error(sentence("CUDA: {}: {} ({})", what, text, result));
}

const Driver& driver() {
  static const LoadedDriver loaded;  // tried again where it failed
  return loaded.driver;
}

}  // namespace ksampler::cuda
