// The folder that one works in.
#ifndef KSAMPLER_CLI_WORKING_FOLDER_HPP
#define KSAMPLER_CLI_WORKING_FOLDER_HPP

namespace ksampler {

// Throws Error where the current folder was deleted meanwhile: names relative to it mean nothing then,
// and the mathematics library ends the program.
void require_working_folder();

}  // namespace ksampler

#endif
