// What the C interface is given, read with care: structs of any age, names, settings.
#ifndef KSAMPLER_EMBED_ARGUMENTS_HPP
#define KSAMPLER_EMBED_ARGUMENTS_HPP

#include "host/embed/failures.hpp"
#include "host/session/inside_sampler.hpp"

#include <ks/host.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace ksampler::embed {

// A copy of a struct of the caller's, whose size it says: what a newer one has besides is left out, and
// what an older one lacks is zero. Throws BadArgument where it is null or too small to have a size.
template <typename Struct>
Struct copied(const Struct* given, const char* what) {
  if (given == nullptr) throw BadArgument(std::string(what) + " is null");
  if (given->size < sizeof(std::uint32_t)) {
    throw BadArgument(std::string(what) + ": `size` is not set; expected sizeof(" + what + ")");
  }
  Struct copy{};
  std::memcpy(&copy, given, std::min<std::size_t>(given->size, sizeof copy));
  return copy;
}

// `params`: what the chosen one declares, for choices by name. Throws BadArgument, Error.
std::vector<NamedParam> named_params(const ks_chosen& chosen,
                                     const std::vector<ParamDescription>& params,
                                     const std::string& what);

// A sampler with what is inside of it.
Chosen chosen_sampler(const Registry& registry, const ks_chosen* given);

}  // namespace ksampler::embed

#endif
