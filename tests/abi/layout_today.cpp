// Today's headers are those of ABI 1.0, 1.1 and 1.2, or an extension of them.
#include "tests/abi/layout_checks.hpp"

namespace {

#define STRUCT(name, bytes) static_assert(sizeof(name) >= (bytes), #name " shrank");
#define MEMBER(name, member, offset, ...)                                        \
  static_assert(offsetof(name, member) == (offset), #name "." #member " moved"); \
  static_assert(std::is_same_v<decltype(name::member), __VA_ARGS__>, #name "." #member " changed");
#define VALUE(name, value) static_assert(name == (value), #name " changed its value");
#include "tests/abi/v1_1/layout.def"
#include "tests/abi/v1_2/layout.def"
#undef STRUCT
#undef MEMBER
#undef VALUE

}  // namespace
