// Whether a plugin's code may be taken out of memory once nothing that came from it is left. What still
// knows an address of it then - a thread, a destructor of a thread, a handler of a signal - would jump
// into nothing, so it stays wherever that cannot be ruled out.
#ifndef KSAMPLER_PLUGIN_UNMAPPING_HPP
#define KSAMPLER_PLUGIN_UNMAPPING_HPP

#include "host/plugin/elf.hpp"

#include <string>

namespace ksampler {

// Why the code must stay mapped, as a sentence without its subject ("uses pthread_create, ..."), or
// empty.
std::string why_mapped(const ElfFile& library);

// How many threads this process has.
std::size_t thread_count();

}  // namespace ksampler

#endif
