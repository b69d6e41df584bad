// The part of the CUDA driver API that a launch needs, declared here so that no toolkit is needed.
#ifndef KSAMPLER_TENSOR_CUDA_DRIVER_HPP
#define KSAMPLER_TENSOR_CUDA_DRIVER_HPP

#include "host/tensor/cuda/dynamic_library.hpp"

#include <cstddef>
#include <cstdint>

namespace ksampler::cuda {

// From cuda.h; the ABI of these has not changed since CUDA 4.
using CuResult = int;  // 0 is success
using CuDevice = int;
using CuContext = struct CUctx_st*;
using CuModule = struct CUmod_st*;
using CuFunction = struct CUfunc_st*;
using CuStream = struct CUstream_st*;
using CuPointer = std::uint64_t;

enum CuDeviceAttribute : int {
  kMultiprocessors = 16,
  kCapabilityMajor = 75,
  kCapabilityMinor = 76,
};

struct Driver {
  CuResult (*init)(unsigned flags);
  CuResult (*error_text)(CuResult, const char** text);
  CuResult (*device_attribute)(int* value, CuDeviceAttribute, CuDevice);
  CuResult (*retain_primary_context)(CuContext*, CuDevice);
  CuResult (*current_context)(CuContext*);
  CuResult (*set_current_context)(CuContext);
  CuResult (*load_module)(CuModule*, const void* image);
  CuResult (*find_function)(CuFunction*, CuModule, const char* name);
  CuResult (*launch)(CuFunction, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
                     unsigned block_y, unsigned block_z, unsigned shared_bytes, CuStream,
                     void** parameters, void** extra);
  CuResult (*fill_bytes)(CuPointer, unsigned char value, std::size_t bytes, CuStream);

  // Throws c10::Error with the driver's words.
  void check(CuResult result, const char* what) const;
};

// Throws c10::Error where there is no driver.
const Driver& driver();

}  // namespace ksampler::cuda

#endif
