// The calls of an isolated plugin, made by the host on its own tables of functions.
#ifndef KSAMPLER_PLUGIN_ISOLATION_SERVED_CALLS_HPP
#define KSAMPLER_PLUGIN_ISOLATION_SERVED_CALLS_HPP

#include "host/plugin/isolation/arguments.hpp"

#include <tuple>
#include <type_traits>

namespace ksampler::isolation {

// A table of functions, null where the host has none, and what they take first.
template <typename Struct, typename First>
struct Served {
  const Struct* table;
  First first;
};
template <typename Struct, typename First>
Served(const Struct*, First) -> Served<Struct, First>;

template <typename Row, typename... Kinds, typename Reply, typename Table>
void serve_row(calls::List<Kinds...>, Received& call, Handles& handles, Reply&& reply,
               const Table& served) {
  using Return = typename Row::Return;
  // In braces, as they are read in their order.
  std::tuple<Crossing<Kinds>...> given{Crossing<Kinds>(call, handles)...};
  const auto make_call = [&] {
    return std::apply(
        [&](auto&... kinds) {
          return std::apply(Row::of(*served.table),
                            std::tuple_cat(std::tuple(served.first), kinds.arguments()...));
        },
        given);
  };
  if constexpr (std::is_void_v<Return>) {
    make_call();
  } else if constexpr (std::is_same_v<Return, double>) {
    reply(Message(Call::reply).put(ks_status{KS_OK}).put(make_call()));
  } else {
    ks_status status = handles.take_failure();
    std::apply([&](auto&... kinds) { ((status = status == KS_OK ? kinds.refusal() : status), ...); },
               given);
    if (status == KS_OK) status = make_call();
    Message answer(Call::reply);
    answer.put(status);
    std::apply([&](auto&... kinds) { (kinds.answer(answer, status), ...); }, given);
    if constexpr (is_not_waited_for<Kinds...>) {
      handles.fail(status);
    } else {
      reply(answer);
    }
  }
}

// Makes one call on the tables that are there; false where none of them has it.
template <typename Reply, typename... Tables>
bool serve(Received& call, Handles& handles, Reply&& reply, const Tables&... tables) {
  bool known = false;
  calls::for_each_row([&]<typename Row>(Row) {
    if (call.call() != call_of<Row>) return;
    const auto on = [&]<typename Struct, typename First>(const Served<Struct, First>& served) {
      if constexpr (std::is_same_v<Struct, typename Row::Owner>) {
        if (served.table == nullptr) return;
        serve_row<Row>(typename Row::Kinds{}, call, handles, reply, served);
        known = true;
      }
    };
    (on(tables), ...);
  });
  return known;
}

}  // namespace ksampler::isolation

#endif
