// The JSON of a vocabulary's file.
#ifndef KSAMPLER_MODEL_TEXT_VOCABULARY_JSON_HPP
#define KSAMPLER_MODEL_TEXT_VOCABULARY_JSON_HPP

#include "host/base/error.hpp"
#include "host/files/json_text.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace ksampler {

// Throws Error whose message continues a name: "is no JSON: ...".
inline nlohmann::json parse_vocabulary(std::string_view text) {
  try {
    return parse_json(text);
  } catch (const Error& error) {
    throw Error(std::string("is ") + error.what());
  }
}

}  // namespace ksampler

#endif
