// Ctrl-C: the first asks the run to stop at its next step, the second ends the program.
#ifndef KSAMPLER_CLI_INTERRUPT_HPP
#define KSAMPLER_CLI_INTERRUPT_HPP

#include <atomic>

namespace ksampler {

// Set by the first SIGINT, once stop_on_interrupt() was called.
const std::atomic<bool>& interrupted();

// What the first one says must live as long as the program.
void stop_on_interrupt(const char* first = "\nstopping at the next step; Ctrl-C again ends at once\n");

}  // namespace ksampler

#endif
