// The frozen headers of ABI 1.2 are those of 1.1, extended by what v1_2/layout.def says.
#include "tests/abi/layout_checks.hpp"

namespace {

#define STRUCT(name, bytes) static_assert(sizeof(name) == (bytes), #name " has another size");
#define MEMBER(name, member, offset, ...)                                        \
  static_assert(offsetof(name, member) == (offset), #name "." #member " moved"); \
  static_assert(std::is_same_v<decltype(name::member), __VA_ARGS__>, #name "." #member " changed");
#define VALUE(name, value) static_assert(name == (value), #name " changed its value");
#include "tests/abi/v1_2/layout.def"
#undef STRUCT
#undef MEMBER
#undef VALUE

}  // namespace
