// SPDX-License-Identifier: Apache-2.0
//
// The C++ side of the ABI: what a file registered with KS_SAMPLER or KS_SCHEDULER becomes. Exceptions
// end here, in `contained`, and nowhere else.
#ifndef KS_PLUGIN_HPP
#define KS_PLUGIN_HPP

#include <ks/ks.h>
#include <ks/param.hpp>
#include <ks/tensor.hpp>

#include <exception>
#include <memory>
#include <new>
#include <string_view>

namespace ks::detail {

// Runs `body`, and turns what it throws into a status and a message.
template <typename SetError, typename Body>
ks_status contained(SetError&& set_error, Body&& body) noexcept {
  try {
    body();
    return KS_OK;
  } catch (const Failure& failure) {
    return failure.status();  // the host knows the reason already
  } catch (const std::bad_alloc&) {
    set_error("out of memory");
    return KS_OUT_OF_MEMORY;
  } catch (const std::exception& error) {
    set_error(error.what());
    return KS_ERROR;
  } catch (...) {
    set_error("an exception of an unknown type");
    return KS_ERROR;
  }
}

// The samplers (or schedulers) of this library, in a list that the files of the plugin add themselves
// to while it loads. Hidden: each plugin has its own.
template <typename Info, typename Object>
struct Registered {
  using Create = ks_status (*)(const void* row, const ks_host*, const ks_value*, std::uint32_t,
                               Object**);

  const Info* info;
  Create create;
  const void* row;  // of the table that it comes from; null for a class of its own
  Registered* next = nullptr;

  Registered(const Info* info_, Create create_, const void* row_ = nullptr)
      : info(info_), create(create_), row(row_) {
    // Kept in the order of ids, whatever the linker's.
    Registered** at = &first();
    while (*at != nullptr && std::string_view((*at)->info->id) < std::string_view(info->id)) {
      at = &(*at)->next;
    }
    next = *at;
    *at = this;
  }
  Registered(const Registered&) = delete;
  Registered& operator=(const Registered&) = delete;

  static Registered*& first() {
    static Registered* head = nullptr;
    return head;
  }
  static std::uint32_t count() {
    std::uint32_t n = 0;
    for (Registered* at = first(); at != nullptr; at = at->next) ++n;
    return n;
  }
  static Registered* at(std::uint32_t index) {
    Registered* found = first();
    while (found != nullptr && index-- > 0) found = found->next;
    return found;
  }

  static const Info* info_at(std::uint32_t index) {
    Registered* found = at(index);
    return found == nullptr ? nullptr : found->info;
  }
  static ks_status create_at(const ks_host* host, std::uint32_t index, const ks_value* values,
                             std::uint32_t count, Object** object) {
    Registered* found = at(index);
    return found == nullptr ? KS_INVALID_ARGUMENT
                            : found->create(found->row, host, values, count, object);
  }
};

// A T, with its parameters set, behind the C object that the host holds.
template <typename T, typename Object>
struct Boxed : Object {
  T implementation;

  static ks_status make(const ks_host* host, const ks_value* values, std::uint32_t count, Object base,
                        Object** object) {
    if (count != ParamList<T>::count || object == nullptr) return KS_INVALID_ARGUMENT;
    return contained([host](const char* message) { host->set_error(host, message); },
                     [&] {
                       std::unique_ptr<Boxed> boxed(new Boxed{base, T{}});
                       boxed->self = boxed.get();
                       ParamList<T>::set(boxed->implementation, values);
                       *object = boxed.release();
                     });
  }
  static void destroy(Object* object) { delete static_cast<Boxed*>(object->self); }
  static T& of(Object* object) { return static_cast<Boxed*>(object->self)->implementation; }
};

}  // namespace ks::detail

#endif
