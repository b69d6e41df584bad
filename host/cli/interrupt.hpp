// Ctrl-C: the first asks the run to stop at its next step, the second ends the program.
#ifndef KSAMPLER_CLI_INTERRUPT_HPP
#define KSAMPLER_CLI_INTERRUPT_HPP

#include <atomic>

namespace ksampler {

// Set by the first SIGINT, once stop_on_interrupt() was called.
const std::atomic<bool>& interrupted();

void stop_on_interrupt();

}  // namespace ksampler

#endif
