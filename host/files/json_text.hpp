// JSON of others: of requests and of what pictures record.
#ifndef KSAMPLER_FILES_JSON_TEXT_HPP
#define KSAMPLER_FILES_JSON_TEXT_HPP

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string_view>

namespace ksampler {

// Nobody needs more levels. What walks a value, copies it or writes it calls itself at each, so that a
// text of a hundred thousand brackets would use up a thread's stack.
inline constexpr std::size_t kDeepestJson = 64;

// Throws Error whose message continues "the body is ...": no JSON, and where; nested too deep.
nlohmann::json parse_json(std::string_view text);
// The same, with keys in the order of the text.
nlohmann::ordered_json parse_ordered_json(std::string_view text);

// The same; what is wrong gives a value that is discarded (is_discarded()).
nlohmann::json json_or_nothing(std::string_view text);

}  // namespace ksampler

#endif
