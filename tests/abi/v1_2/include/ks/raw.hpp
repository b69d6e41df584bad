// SPDX-License-Identifier: Apache-2.0
//
// The memory of a tensor, for what nothing else fits: see ks/raw.h for what it costs. \since 1.1
#ifndef KS_RAW_HPP
#define KS_RAW_HPP

#include <ks/raw.h>
#include <ks/tensor.hpp>

#include <stdexcept>

#if KS_PLUGIN_ABI_MINOR < 1
#error \
    "ks/raw.hpp needs ABI 1.1, and this plugin says that it loads in hosts of ABI 1.0: take that out of ks_add_plugin()"
#endif

namespace ks {
namespace detail {

inline const ks_raw& raw(const ks_run* run) {
  const auto* table = static_cast<const ks_raw*>(run->extension(run, KS_RAW_1));
  if (table == nullptr) {
    throw std::runtime_error(
        "this plugin works on the memory of tensors (" KS_RAW_1
        "), which a host has for plugins in its own process alone: run it without isolation");
  }
  return *table;
}

}  // namespace detail

// A DLManagedTensor of dlpack.h: whoever asks calls its deleter, before the tensor goes.
inline void* dlpack(const Tensor& tensor) {
  void* managed = nullptr;
  const ks_raw& table = detail::raw(tensor.run());
  check((&table)->dlpack(tensor.run(), tensor.handle(), &managed));
  return managed;
}

// The cudaStream_t of the host's work; null on a CPU.
inline void* stream(const ks_run* run) { return (&detail::raw(run))->stream(run); }

}  // namespace ks

#endif
