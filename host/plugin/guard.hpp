// Calls into a plugin. The ABI forbids exceptions to cross; a bad plugin throws all the same, and must
// not take the host with it.
#ifndef KSAMPLER_PLUGIN_GUARD_HPP
#define KSAMPLER_PLUGIN_GUARD_HPP

#include <exception>
#include <string>
#include <utility>

namespace ksampler {

// Runs `call`; false where it threw, with what in `thrown`.
template <typename Call>
bool guarded(std::string& thrown, Call&& call) {
  try {
    std::forward<Call>(call)();
    return true;
  } catch (const std::exception& exception) {
    thrown = std::string("threw an exception across the ABI: ") + exception.what();
  } catch (...) {
    thrown = "threw an exception across the ABI";
  }
  return false;
}

}  // namespace ksampler

#endif
