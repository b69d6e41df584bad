// Where ksampler-isolate is, for a program that is not ksampler.
#ifndef KSAMPLER_EMBED_PROGRAMS_HPP
#define KSAMPLER_EMBED_PROGRAMS_HPP

#include <filesystem>

namespace ksampler::embed {

// $KSAMPLER_ISOLATE; or beside this library, or in ../bin from there (as it is installed, and as it is
// built); or beside the program. The first that exists, or else the last for a message.
std::filesystem::path find_isolating_program();

}  // namespace ksampler::embed

#endif
