#include "host/plugin/unmapping.hpp"

#include "host/base/sentence.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <string_view>

namespace ksampler {
namespace {

// Functions of the C and C++ libraries that keep an address of the caller beyond what it closes. A
// plain atexit is none of them: it runs when the library is closed.
constexpr std::string_view kKeepers[] = {
    "__cxa_thread_atexit",
    "__cxa_thread_atexit_impl",
    "pthread_create",
    "thrd_create",
    "_ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE",
    "pthread_key_create",
    "tss_create",
    "pthread_atfork",
    "__register_atfork",
    "on_exit",
    "at_quick_exit",
    "__cxa_at_quick_exit",
    "signal",
    "sigaction",
    "timer_create",
    "dlopen",
    "_ZSt13set_terminatePFvvE",
    "_ZSt15set_new_handlerPFvvE"};

// Of these it is known that they keep nothing else. What other libraries do, nobody knows.
constexpr std::string_view kKnown[] = {"libc.so",   "libm.so",       "libstdc++.so",   "libgcc_s.so",
                                       "ld-linux",  "libpthread.so", "librt.so",       "libdl.so",
                                       "libc++.so", "libc++abi.so",  "linux-vdso.so.1"};

bool is_sanitizer(std::string_view library) {
  return library.starts_with("libasan.so") || library.starts_with("libubsan.so") ||
         library.starts_with("libtsan.so");
}

bool is_known(std::string_view library) {
  return is_sanitizer(library) ||
         std::any_of(std::begin(kKnown), std::end(kKnown),
                     [&](std::string_view known) { return library.starts_with(known); });
}

}  // namespace

std::string why_mapped(const ElfFile& library) {
  for (const ElfSymbol& symbol : library.exports()) {
    if (symbol.is_unique)
      return sentence("has the unique symbol {}, which the loader never lets go", symbol.name);
  }
  const ElfDemands& demands = library.demands();
  if (demands.is_never_unloaded) return "is linked with -z nodelete";
  if (demands.has_thread_locals) return "has thread_local variables";
  for (const std::string& import : demands.imports) {
    const auto at = std::find(std::begin(kKeepers), std::end(kKeepers), import);
    if (at != std::end(kKeepers))
      return sentence("uses {}, which may keep an address of its code", import);
  }
  for (const std::string& needed : demands.libraries) {
    if (!is_known(needed)) return sentence("needs {}, which may keep an address of its code", needed);
  }
  return {};
}

std::size_t thread_count() {
  std::error_code error;
  const std::filesystem::directory_iterator tasks("/proc/self/task", error);
  return error ? 0 : static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

}  // namespace ksampler
