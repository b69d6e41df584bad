// What a diagnostic about an input is about, in words and by name.
#ifndef KSAMPLER_GRAPH_INPUT_SUBJECT_HPP
#define KSAMPLER_GRAPH_INPUT_SUBJECT_HPP

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <string>

namespace ksampler {

struct InputSubject {
  std::string text;   // what a message begins with: "'steps' of node 'base'"
  std::string node;   // its name
  std::string input;  // its name
};

inline InputSubject subject_of(const std::string& node, const std::string& input) {
  return {sentence("'{}' of node {}", input, quote(node)), node, input};
}

// The same input, with other words: "item 3 of 'sigmas' of node 'manual'".
inline InputSubject reworded(const InputSubject& subject, std::string text) {
  return {std::move(text), subject.node, subject.input};
}

inline Diagnostic about(const InputSubject& subject, Diagnostic::Kind kind, const Place& place,
                        std::string message) {
  return {place, std::move(message), kind, subject.node, subject.input};
}

}  // namespace ksampler

#endif
