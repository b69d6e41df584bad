#ifndef KSAMPLER_TESTS_MODEL_MADE_UP_FAMILY_HPP
#define KSAMPLER_TESTS_MODEL_MADE_UP_FAMILY_HPP

#include "host/model/family/family.hpp"

namespace ksampler::test {

extern const Family kMadeUp;

}  // namespace ksampler::test

#endif
