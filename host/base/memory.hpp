// The memory of a process that runs networks: what it may have, has, and does with what was let go.
#ifndef KSAMPLER_BASE_MEMORY_HPP
#define KSAMPLER_BASE_MEMORY_HPP

#include <cstdint>

namespace ksampler {

// Keeps up to a gigabyte of freed memory for the next allocation, where glibc would give large blocks
// back at once and have the system zero them anew: a page fault for each 4 KB of each tensor, a fifth
// of the time of a step of SD 1.5's UNet on a CPU. For a program to call before it starts threads; a
// library leaves that choice to its program. Does nothing with other C libraries.
void keep_freed_memory();

// Gives what was kept back to the system.
void return_freed_memory();

// How much this process may have, in bytes: the least of the machine's memory, its control group's
// limit and `ulimit -d` and `-v`.
std::uint64_t memory_of_process();

// How much of the machine's memory programs could still take, in bytes; 0 where the system doesn't say.
std::uint64_t available_memory();

// How much of this process is resident, in bytes, pages of mapped files among them: the most since
// begin_resident_peak(), or what is now where the system does not count that anew. One at a time.
void begin_resident_peak();
std::uint64_t resident_peak();
std::uint64_t resident_memory();  // now

// How far the memory of this process grew, at its highest, since an object was made: resident pages,
// those of mapped files among them. One at a time: the system counts one peak for a process.
class PeakMemory {
 public:
  PeakMemory();
  std::uint64_t grown() const;  // bytes

 private:
  std::uint64_t before_;
};

}  // namespace ksampler

#endif
