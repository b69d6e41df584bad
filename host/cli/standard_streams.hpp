// Standard output, where what a verb prints has to arrive: a script that goes on after a list that was
// cut short goes on with half of it.
#ifndef KSAMPLER_CLI_STANDARD_STREAMS_HPP
#define KSAMPLER_CLI_STANDARD_STREAMS_HPP

#include <string>

namespace ksampler {

// Takes the places of those that are closed, so that no file which is opened later gets what is
// printed. What is written to them fails still. To be called before anything is opened.
void hold_closed_streams();

// Why not all that was printed has arrived, as a sentence; empty where it has.
std::string unwritten_output();

}  // namespace ksampler

#endif
