// Puts a file into the library as it is: a C++ literal of a megabyte would be neither standard nor
// quick to compile. KSAMPLER_INCBIN(name, "file"), outside of namespaces, declares std::string_view
// name_bytes().
#ifndef KSAMPLER_MODEL_TEXT_INCBIN_HPP
#define KSAMPLER_MODEL_TEXT_INCBIN_HPP

#include <cstddef>
#include <string_view>

#define KSAMPLER_INCBIN(name, file)                                                      \
  __asm__(".section .rodata\n.balign 16\n" #name "_begin:\n.incbin \"" file "\"\n" #name \
          "_end:\n.byte 0\n.text\n");                                                    \
  extern "C" {                                                                           \
  extern const char name##_begin[];                                                      \
  extern const char name##_end[];                                                        \
  }                                                                                      \
  static std::string_view name##_bytes() {                                               \
    return {name##_begin, static_cast<std::size_t>(name##_end - name##_begin)};          \
  }

#endif
