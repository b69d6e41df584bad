// How threads of a process wait for one another.
#ifndef KSAMPLER_BASE_WAITING_HPP
#define KSAMPLER_BASE_WAITING_HPP

namespace ksampler {

// LibTorch's threads (libgomp's) turn in a loop while they wait, for milliseconds. On a busy machine
// they keep those off the processor that they wait for: a run took 25 times its time. From now on they
// turn a thousand times and sleep, unless the user has said how they wait. For a program to call before
// it loads LibTorch, which reads it then; a library leaves that choice to its program.
void wait_asleep();

}  // namespace ksampler

#endif
