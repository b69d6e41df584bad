// How a process that runs networks treats memory that was let go.
#ifndef KSAMPLER_BASE_MEMORY_HPP
#define KSAMPLER_BASE_MEMORY_HPP

namespace ksampler {

// Keeps up to a gigabyte of freed memory for the next allocation, where glibc would give large blocks
// back at once and have the system zero them anew: a page fault for each 4 KB of each tensor, a fifth
// of the time of a step of SD 1.5's UNet on a CPU. For a program to call before it starts threads; a
// library leaves that choice to its program. Does nothing with other C libraries.
void keep_freed_memory();

}  // namespace ksampler

#endif
