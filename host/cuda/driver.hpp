// The part of the CUDA driver API that a run needs, declared here so that no toolkit is needed.
#ifndef KSAMPLER_CUDA_DRIVER_HPP
#define KSAMPLER_CUDA_DRIVER_HPP

#include "host/cuda/dynamic_library.hpp"

#include <cstddef>
#include <cstdint>

namespace ksampler::cuda {

// From cuda.h; the ABI of these has not changed since CUDA 4, that of memory in order of a stream since
// 11.2.
using CuResult = int;
using CuDevice = int;
using CuContext = struct CUctx_st*;
using CuModule = struct CUmod_st*;
using CuFunction = struct CUfunc_st*;
using CuStream = struct CUstream_st*;
using CuEvent = struct CUevent_st*;
using CuPointer = std::uint64_t;

inline constexpr CuResult kSuccess = 0;
inline constexpr CuResult kNotReady = 600;
inline constexpr unsigned kEventWithoutTime = 2;

enum CuDeviceAttribute : int {
  kMultiprocessors = 16,
  kCapabilityMajor = 75,
  kCapabilityMinor = 76,
  kHasMemoryPools = 115,
};

struct Driver {
  CuResult (*init)(unsigned flags);
  CuResult (*error_text)(CuResult, const char** text);
  CuResult (*device)(CuDevice*, int number);
  CuResult (*device_attribute)(int* value, CuDeviceAttribute, CuDevice);
  CuResult (*retain_primary_context)(CuContext*, CuDevice);
  CuResult (*release_primary_context)(CuDevice);
  CuResult (*current_context)(CuContext*);
  CuResult (*set_current_context)(CuContext);
  CuResult (*load_module)(CuModule*, const void* image);
  CuResult (*unload_module)(CuModule);
  CuResult (*find_function)(CuFunction*, CuModule, const char* name);
  CuResult (*launch)(CuFunction, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
                     unsigned block_y, unsigned block_z, unsigned shared_bytes, CuStream,
                     void** parameters, void** extra);
  CuResult (*fill_bytes)(CuPointer, unsigned char value, std::size_t bytes, CuStream);
  // Memory of the device: in the order of a stream, or at once.
  CuResult (*allocate)(CuPointer*, std::size_t bytes, CuStream);
  CuResult (*free)(CuPointer, CuStream);
  CuResult (*allocate_at_once)(CuPointer*, std::size_t bytes);
  CuResult (*free_at_once)(CuPointer);
  // Main memory that copies go to and come from while the caller goes on.
  CuResult (*allocate_host)(void**, std::size_t bytes, unsigned flags);
  CuResult (*free_host)(void*);
  CuResult (*copy_to_device)(CuPointer, const void*, std::size_t bytes, CuStream);
  CuResult (*copy_to_host)(void*, CuPointer, std::size_t bytes, CuStream);
  CuResult (*create_event)(CuEvent*, unsigned flags);
  CuResult (*destroy_event)(CuEvent);
  CuResult (*record_event)(CuEvent, CuStream);
  CuResult (*query_event)(CuEvent);
  CuResult (*wait_for_event)(CuEvent);
  CuResult (*wait_for_stream)(CuStream);

  // Throws Error with the driver's words.
  void check(CuResult result, const char* what) const;
};

// Throws Error where there is no driver, or it is too old.
const Driver& driver();

inline CuPointer pointer(const void* address) {
  return static_cast<CuPointer>(reinterpret_cast<std::uintptr_t>(address));
}

}  // namespace ksampler::cuda

#endif
