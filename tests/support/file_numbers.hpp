// A tensor of a file as numbers, for tests.
#ifndef KSAMPLER_TESTS_SUPPORT_FILE_NUMBERS_HPP
#define KSAMPLER_TESTS_SUPPORT_FILE_NUMBERS_HPP

#include "host/files/tensor_file.hpp"

#include <cstring>
#include <string>
#include <vector>

namespace ksampler::test {

// T: what the tensor is stored as.
template <typename T>
std::vector<T> numbers(const TensorFile& file, const std::string& name) {
  const auto data = file.read(name);
  std::vector<T> made(data.size() / sizeof(T));
  std::memcpy(made.data(), data.data(), data.size());
  return made;
}

}  // namespace ksampler::test

#endif
