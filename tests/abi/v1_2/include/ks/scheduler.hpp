// SPDX-License-Identifier: Apache-2.0
//
// Everything for writing a scheduler in C++:
//
//   struct Karras {
//     double rho = 7.0;
//     static constexpr ks::SchedulerInfo info = {.id = "karras", ...};
//     static constexpr auto params = ks::params(ks::param(&Karras::rho, {...}));
//     std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const { ... }
//   };
//   KS_SCHEDULER(Karras)
//
// One that looks at the latent's size, or the family of the model, takes a third argument,
// `const ks::Task& task` (\since 1.1).
#ifndef KS_SCHEDULER_HPP
#define KS_SCHEDULER_HPP

#include <ks/scheduler.h>
#include <ks/math.hpp>
#include <ks/plugin.hpp>
#include <ks/run.hpp>

#include <vector>

namespace ks {

// What a host and a user must know of a scheduler.
struct SchedulerInfo {
  const char* id;       // "karras": lower case letters, digits and '_'
  const char* title;    // "Karras"
  const char* summary;  // one sentence
  const char* source;   // paper, equation or page
};

namespace detail {

template <typename T>
const ks_scheduler_info* scheduler_info() {
  static const ParamList<T> params;
  static const ks_scheduler_info info = {.size = sizeof(ks_scheduler_info),
                                         .flags = 0,
                                         .id = T::info.id,
                                         .title = T::info.title,
                                         .summary = T::info.summary,
                                         .source = T::info.source,
                                         .params = params.pointers.data(),
                                         .param_count = ParamList<T>::count,
                                         .reserved = 0};
  return &info;
}

template <typename T>
ks_status schedule(ks_scheduler* scheduler, const ks_schedule* request) {
  return contained(
      [request](const char* message) { request->set_error(request, message); },
      [&] {
        const T& self = Boxed<T, ks_scheduler>::of(scheduler);
        const Model model(request->model);
        std::vector<double> sigmas;
        if constexpr (requires { self.sigmas(model, request->steps, Task{}); }) {
          static_assert(detail::never<T> || KS_PLUGIN_ABI_MINOR >= 1,  // of T, or it is always asked
                        "ks::Task is of ABI 1.1: this plugin says that it loads in hosts of 1.0");
          sigmas = self.sigmas(model, request->steps, Task::of(request->task));
        } else {
          sigmas = self.sigmas(model, request->steps);
        }
        check(request->emit(request, sigmas.data(), static_cast<std::uint32_t>(sigmas.size())));
      });
}

template <typename T>
ks_status create_scheduler(const void*, const ks_host* host, const ks_value* values,
                           std::uint32_t count, ks_scheduler** scheduler) {
  using Box = Boxed<T, ks_scheduler>;
  return Box::make(host, values, count,
                   ks_scheduler{sizeof(ks_scheduler), 0, nullptr, &schedule<T>, &Box::destroy},
                   scheduler);
}

using SchedulerEntry = Registered<ks_scheduler_info, ks_scheduler>;

}  // namespace detail
}  // namespace ks

// Puts a class into the plugin that its file is compiled into.
#define KS_SCHEDULER(Class)                                                           \
  namespace {                                                                         \
  [[maybe_unused]] const ::ks::detail::SchedulerEntry ks_entry_of_##Class(            \
      ::ks::detail::scheduler_info<Class>(), &::ks::detail::create_scheduler<Class>); \
  }

#endif
