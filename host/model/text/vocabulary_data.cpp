// The assembler includes the file as it is: a C++ literal of half a megabyte would be neither standard
// nor quick to compile.
#include "host/model/text/vocabulary.hpp"

__asm__(
    ".section .rodata\n"
    ".balign 16\n"
    "ksampler_merges_begin:\n"
    ".incbin \"" KSAMPLER_MERGES_FILE
    "\"\n"
    "ksampler_merges_end:\n"
    ".byte 0\n"
    ".text\n");

extern "C" {
extern const char ksampler_merges_begin[];
extern const char ksampler_merges_end[];
}

namespace ksampler {

std::string_view merges_text() {
  return {ksampler_merges_begin, static_cast<std::size_t>(ksampler_merges_end - ksampler_merges_begin)};
}

}  // namespace ksampler
