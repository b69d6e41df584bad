// What differs between the things that two pictures were made with, as their records say.
#ifndef KSAMPLER_CLI_INGREDIENTS_HPP
#define KSAMPLER_CLI_INGREDIENTS_HPP

#include <string>
#include <vector>

namespace ksampler {

// A sentence for each plugin, file, version and device that is another one now; `then` and `now` are
// records as host/record/made_with.hpp describes them; `same`: whether the pictures are equal. One
// sentence that says so where `then` is none.
std::vector<std::string> changed_ingredients(const std::string& then, const std::string& now,
                                             bool same);

}  // namespace ksampler

#endif
