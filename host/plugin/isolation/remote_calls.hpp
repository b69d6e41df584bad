// The functions of the ABI as an isolated plugin has them: each sends its arguments to the host and
// waits for the answer, where there is one. What has none goes with the next that has.
#ifndef KSAMPLER_PLUGIN_ISOLATION_REMOTE_CALLS_HPP
#define KSAMPLER_PLUGIN_ISOLATION_REMOTE_CALLS_HPP

#include "host/plugin/isolation/arguments.hpp"

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace ksampler::isolation {

// Calls `each(kind, its C arguments...)` for kinds whose C arguments stand one after the other in
// `all`.
template <std::size_t From, typename Kind, typename... Rest, typename All, typename Each>
void each_kind(const All& all, Each&& each) {
  constexpr std::size_t count = std::tuple_size_v<typename Kind::C>;
  [&]<std::size_t... I>(std::index_sequence<I...>) { each(Kind{}, std::get<From + I>(all)...); }
  (std::make_index_sequence<count>());
  if constexpr (sizeof...(Rest) > 0) each_kind<From + count, Rest...>(all, each);
}

// `Host` is what the context of a run, a request or a model points to; it has ask(Message), which
// returns the reply, later(Message), new_tensor(), null where there are too many, and gives_back().
template <typename Host, typename Row, typename Kinds = typename Row::Kinds,
          typename Parameters = typename Row::Parameters>
struct Remote;

template <typename Host, typename Row, typename... Kinds, typename... C>
struct Remote<Host, Row, calls::List<Kinds...>, std::tuple<C...>> {
  using Return = typename Row::Return;

  static Return call(typename Row::First first, C... arguments) {
    const std::tuple<C...> all(arguments...);
    bool acceptable = true;
    each_kind<0, Kinds...>(all, [&](auto kind, auto... given) {
      acceptable = acceptable && Crossing<decltype(kind)>::acceptable(given...);
    });
    if (!acceptable) {
      if constexpr (std::is_same_v<Return, ks_status>) {
        return KS_INVALID_ARGUMENT;
      } else {
        return Return();
      }
    }
    Host& host = host_of(first);
    if constexpr (is_not_waited_for<Kinds...>) {
      ks_tensor* const made = host.new_tensor();
      if (made == nullptr) return KS_OUT_OF_MEMORY;
      each_kind<0, Kinds...>(all, [&](auto kind, auto... given) {
        if constexpr (std::is_same_v<decltype(kind), calls::NewTensor>) ((*given = made), ...);
      });
    }
    Message message(call_of<Row>);
    each_kind<0, Kinds...>(
        all, [&](auto kind, auto... given) { Crossing<decltype(kind)>::put(message, given...); });
    if constexpr (std::is_same_v<Row, calls::tensors_release>) host.gives_back();
    if constexpr (is_not_waited_for<Kinds...>) {
      host.later(message);
      return KS_OK;
    } else if constexpr (std::is_void_v<Return>) {
      host.later(message);
    } else {
      Received reply = host.ask(message);
      const auto status = reply.template get<ks_status>();
      if constexpr (std::is_same_v<Return, double>) {
        return reply.template get<double>();
      } else {
        if (status != KS_OK) return status;
        each_kind<0, Kinds...>(
            all, [&](auto kind, auto... given) { Crossing<decltype(kind)>::take(reply, given...); });
        return status;
      }
    }
  }

 private:
  static Host& host_of(void* context) { return *static_cast<Host*>(context); }
  template <typename Object>
  static Host& host_of(const Object* object) {
    return host_of(object->context);
  }
};

template <typename Host, typename Struct>
constexpr void set_remote_functions(Struct& table) {
  calls::set_functions(
      table, []<typename Row>(Row) -> typename Row::Function { return &Remote<Host, Row>::call; });
}

}  // namespace ksampler::isolation

#endif
