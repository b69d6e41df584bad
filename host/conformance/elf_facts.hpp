// What a shared library asks of the machine that loads it, beyond what host/plugin/elf.hpp reads.
#ifndef KSAMPLER_CONFORMANCE_ELF_FACTS_HPP
#define KSAMPLER_CONFORMANCE_ELF_FACTS_HPP

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace ksampler::conformance {

struct ElfFacts {
  std::vector<std::string> needed;    // libraries: DT_NEEDED
  std::vector<std::string> versions;  // of symbols of those: "GLIBC_2.34", ...
  bool static_tls = false;            // DF_STATIC_TLS
  bool executable_stack = false;
};

// `bytes` passed ElfFile's checks. Throws Error where they are damaged further in.
ElfFacts read_elf_facts(std::span<const std::byte> bytes);

// The highest version with this prefix ("GLIBC"), as in "2.34"; empty where there is none.
std::string highest_version(const ElfFacts& facts, const std::string& prefix);

// Whether version a is above b, number by number: 2.34 is above 2.4.
bool is_above(const std::string& a, const std::string& b);

}  // namespace ksampler::conformance

#endif
