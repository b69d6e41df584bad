// What an Error says, for tests on messages.
#ifndef KSAMPLER_TESTS_SUPPORT_ERROR_TEXT_HPP
#define KSAMPLER_TESTS_SUPPORT_ERROR_TEXT_HPP

#include "host/base/error.hpp"

#include <string>

namespace ksampler::test {

// The text of the Error that `action` throws; "no error" where it throws none.
template <typename Action>
std::string error_text(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace ksampler::test

#endif
