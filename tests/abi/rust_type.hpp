// What a type of the ABI is called in Rust, by the conventions of sdk/template/rust.
#ifndef KSAMPLER_TESTS_ABI_RUST_TYPE_HPP
#define KSAMPLER_TESTS_ABI_RUST_TYPE_HPP

#include <ks/ks.h>

#include <cctype>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace ksampler::rust {

// "ks_tensor_ops" is TensorOps. What a safe type stands before is Raw.
inline std::string struct_name(std::string_view c_name) {
  std::string name;
  bool capital = true;
  for (const char c : c_name.substr(3)) {
    if (c == '_') {
      capital = true;
    } else {
      name += capital ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
      capital = false;
    }
  }
  return name == "Run" || name == "Tensor" ? "Raw" + name : name;
}

// Two names are words of the language.
inline std::string member_name(std::string_view c_name) {
  if (c_name == "self") return "this";
  if (c_name == "type") return "kind";
  return std::string(c_name);
}

template <typename T>
struct Name {};
#define STRUCT(name, bytes)                 \
  template <>                               \
  struct Name<name> {                       \
    static constexpr const char* c = #name; \
  };
#define MEMBER(...)
#define VALUE(...)
#include "tests/abi/v1/layout.def"
#include "tests/abi/v1_1/layout.def"
#undef STRUCT
#undef MEMBER
#undef VALUE
template <>
struct Name<ks_tensor> {
  static constexpr const char* c = "ks_tensor";
};

template <typename T>
struct Type {
  static std::string text() {
    if constexpr (std::is_same_v<T, double>)
      return "f64";
    else if constexpr (std::is_same_v<T, std::uint32_t>)
      return "u32";
    else if constexpr (std::is_same_v<T, std::uint64_t>)
      return "u64";
    else if constexpr (std::is_same_v<T, ks_status>)
      return "Status";
    else if constexpr (std::is_same_v<T, char>)
      return "c_char";
    else if constexpr (std::is_void_v<T>)
      return "c_void";
    else
      return struct_name(Name<T>::c);
  }
};
template <typename T>
struct Type<T*> {
  static std::string text() {
    return (std::is_const_v<T> ? "*const " : "*mut ") + Type<std::remove_const_t<T>>::text();
  }
};
template <typename T>
struct Type<T* const> : Type<T*> {};
template <typename R, typename... A>
struct Type<R (*)(A...)> {
  static std::string text() {
    std::string arguments;
    ((arguments += (arguments.empty() ? "" : ", ") + Type<A>::text()), ...);
    std::string text = "unsafe extern \"C\" fn(" + arguments + ")";
    if constexpr (!std::is_void_v<R>) text += " -> " + Type<R>::text();
    return text;
  }
};

}  // namespace ksampler::rust

#endif
