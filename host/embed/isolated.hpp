// Lists of names that the C interfaces are given, and which plugins they isolate.
#ifndef KSAMPLER_EMBED_ISOLATED_HPP
#define KSAMPLER_EMBED_ISOLATED_HPP

#include "host/plugin/registry.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace ksampler::embed {

// Throws BadArgument where one is null: "`what` has no name".
std::vector<std::string> names_in(const char* const* names, std::uint32_t count, const char* what);

// Those of these names run in processes of their own; "*": all. `program`: ksampler-isolate; null:
// where find_isolating_program() finds it.
Isolation isolation_of(const std::vector<std::string>& isolated, const char* program);

// A name that is of no plugin would leave the one that was meant where it may end the program: throws
// BadArgument.
void check_isolated(const std::vector<std::string>& isolated, const Registry& registry);

}  // namespace ksampler::embed

#endif
