// A safetensors file from the text of its header, well-formed or not.
#ifndef KSAMPLER_TESTS_FILES_SAFETENSORS_TEXT_HPP
#define KSAMPLER_TESTS_FILES_SAFETENSORS_TEXT_HPP

#include <cstdint>
#include <cstring>
#include <string>

namespace ksampler::test {

inline std::string length_prefix(std::uint64_t length) {
  std::string text(sizeof length, '\0');
  std::memcpy(text.data(), &length, sizeof length);
  return text;
}

inline std::string safetensors_text(const std::string& header, std::size_t data_size) {
  return length_prefix(header.size()) + header + std::string(data_size, '\x2A');
}

}  // namespace ksampler::test

#endif
