// Compiling this file compares the headers that it finds with the layout of ABI 1.0. They may have more
// members at the end of a struct and more enumerators; with KS_LAYOUT_EXACT not even that.
#ifndef KSAMPLER_TESTS_ABI_LAYOUT_CHECKS_HPP
#define KSAMPLER_TESTS_ABI_LAYOUT_CHECKS_HPP

#include <ks/ks.h>

#include <string_view>
#include <type_traits>
#include <utility>

namespace ksampler::abi_v1 {

// Converts to anything, so that an aggregate takes one for each of its members.
struct Anything {
  template <typename T>
  operator T() const;
};

template <typename T, std::size_t... I>
constexpr bool takes(std::index_sequence<I...>) {
  return requires { T{((void)I, Anything{})...}; };
}

template <typename T, std::size_t N = 32>
constexpr std::size_t member_count() {
  if constexpr (takes<T>(std::make_index_sequence<N>())) {
    return N;
  } else {
    return member_count<T, N - 1>();
  }
}

constexpr std::string_view kMembers[] = {
#define STRUCT(name, bytes)
#define MEMBER(name, member, offset, ...) #name,
#define VALUE(name, value)
#include "tests/abi/v1/layout.def"
#undef STRUCT
#undef MEMBER
};

constexpr std::size_t members_listed(std::string_view name) {
  std::size_t count = 0;
  for (const std::string_view owner : kMembers) count += owner == name;
  return count;
}

#ifdef KS_LAYOUT_EXACT
constexpr bool is_kept(std::size_t now, std::size_t frozen) { return now == frozen; }
#else
constexpr bool is_kept(std::size_t now, std::size_t frozen) { return now >= frozen; }
#endif

#define STRUCT(name, bytes)                                                                    \
  static_assert(is_kept(sizeof(name), bytes), #name " is not of the size that it had in 1.0"); \
  static_assert(is_kept(member_count<name>(), members_listed(#name)), #name " lost members");
#define MEMBER(name, member, offset, ...)                                        \
  static_assert(offsetof(name, member) == (offset), #name "." #member " moved"); \
  static_assert(std::is_same_v<decltype(name::member), __VA_ARGS__>,             \
                #name "." #member " changed its type");
#undef VALUE
#define VALUE(name, value) static_assert(name == (value), #name " changed its value");
#include "tests/abi/v1/layout.def"
#undef STRUCT
#undef MEMBER
#undef VALUE

static_assert(KS_ABI_MAJOR == 1);
static_assert(std::string_view(KS_PLUGIN_ENTRY_SYMBOL) == "ks_plugin_entry");
static_assert(std::string_view(KS_SAMPLERS_1) == "ks.samplers/1");
static_assert(std::string_view(KS_SCHEDULERS_1) == "ks.schedulers/1");
static_assert(std::is_same_v<ks_status, std::int32_t>);

}  // namespace ksampler::abi_v1

#endif
