#include "host/tensor/cuda/driver.hpp"

#include <c10/util/Exception.h>

namespace ksampler::cuda {
namespace {

struct Loaded {
  DynamicLibrary library{{"libcuda.so.1", "libcuda.so"}};
  Driver driver{};

  Loaded() {
    TORCH_CHECK(library.is_open(), "computing on a CUDA device needs NVIDIA's driver; tried:\n",
                library.failures());
    library.find(driver.init, "cuInit");
    library.find(driver.error_text, "cuGetErrorString");
    library.find(driver.device_attribute, "cuDeviceGetAttribute");
    library.find(driver.retain_primary_context, "cuDevicePrimaryCtxRetain");
    library.find(driver.current_context, "cuCtxGetCurrent");
    library.find(driver.set_current_context, "cuCtxSetCurrent");
    library.find(driver.load_module, "cuModuleLoadData");
    library.find(driver.find_function, "cuModuleGetFunction");
    library.find(driver.launch, "cuLaunchKernel");
    library.find(driver.fill_bytes, "cuMemsetD8Async");
    driver.check(driver.init(0), "cuInit");
  }
};

}  // namespace

void Driver::check(CuResult result, const char* what) const {
  if (result == 0) return;
  const char* text = nullptr;
  if (error_text(result, &text) != 0 || text == nullptr) text = "unknown error";
  TORCH_CHECK(false, "CUDA: ", what, ": ", text, " (", result, ")");
}

const Driver& driver() {
  static const Loaded loaded;
  return loaded.driver;
}

}  // namespace ksampler::cuda
