// The pictures that tests read.
#ifndef KSAMPLER_TESTS_FILES_PICTURES_HPP
#define KSAMPLER_TESTS_FILES_PICTURES_HPP

#include <filesystem>

namespace ksampler::test {

inline const std::filesystem::path kPictures = TEST_DATA "/pictures";

}  // namespace ksampler::test

#endif
