// Words whose tokens tests know.
#ifndef KSAMPLER_TESTS_MODEL_TEXT_WORDS_HPP
#define KSAMPLER_TESTS_MODEL_TEXT_WORDS_HPP

#include "host/model/text/vocabulary.hpp"

namespace ksampler::test {

inline constexpr TokenId kCat = 2368;

}  // namespace ksampler::test

#endif
