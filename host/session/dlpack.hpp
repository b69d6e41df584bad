// The structs of dlpack.h (DLPack 0.8, dmlc/dlpack), as far as a contiguous tensor needs them.
#ifndef KSAMPLER_SESSION_DLPACK_HPP
#define KSAMPLER_SESSION_DLPACK_HPP

#include "host/plain/cpu/kernels.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace ksampler {

namespace dlpack {

struct DataType {
  std::uint8_t code;  // 2: float, 4: bfloat
  std::uint8_t bits;
  std::uint16_t lanes;
};

inline constexpr std::int32_t kCpu = 1, kCuda = 2;
struct Device {
  std::int32_t type = kCpu;
  std::int32_t number = 0;
};

struct ManagedTensor {
  void* data;
  std::int32_t device_type;
  std::int32_t device_id;
  std::int32_t dimensions;
  DataType type;
  std::int64_t* shape;
  std::int64_t* strides;  // null: contiguous
  std::uint64_t byte_offset;
  void* manager_context;
  void (*deleter)(ManagedTensor*);
};

}  // namespace dlpack

// A DLManagedTensor onto `data`, which must outlive it; its deleter frees it.
inline void* managed_tensor(void* data, cpu::Element element, const std::array<std::int64_t, 4>& sizes,
                            dlpack::Device device = {}) {
  struct Owned {
    dlpack::ManagedTensor tensor;
    std::array<std::int64_t, 4> shape;
    std::array<std::int64_t, 4> strides;
  };
  auto* const owned = new Owned{};
  owned->shape = sizes;
  owned->strides = {sizes[1] * sizes[2] * sizes[3], sizes[2] * sizes[3], sizes[3], 1};
  dlpack::ManagedTensor& tensor = owned->tensor;
  tensor.data = data;
  tensor.device_type = device.type;
  tensor.device_id = device.number;
  tensor.dimensions = 4;
  tensor.type = {static_cast<std::uint8_t>(element == cpu::kBfloat16 ? 4 : 2),
                 static_cast<std::uint8_t>(8 * cpu::kElementBytes[element]), 1};
  tensor.shape = owned->shape.data();
  tensor.strides = owned->strides.data();
  tensor.manager_context = owned;
  tensor.deleter = [](dlpack::ManagedTensor* self) {
    delete static_cast<Owned*>(self->manager_context);
  };
  return &tensor;
}

}  // namespace ksampler

#endif
