// A regular expression of a workflow, which may be hostile.
#ifndef KSAMPLER_GRAPH_COMFY_NAME_PATTERN_HPP
#define KSAMPLER_GRAPH_COMFY_NAME_PATTERN_HPP

#include <optional>
#include <regex>
#include <string>

namespace ksampler {

class NamePattern {
 public:
  NamePattern() = default;  // any name
  // Empty: any name. What is no expression, or one that could take long, fits none: very long ones,
  // those that count ("a{9}"), look ahead, or refer to a part of their own ("\1").
  explicit NamePattern(const std::string& pattern);

  // Whether it is found in the name. Very long ones have none.
  bool fits(const std::string& name) const;

 private:
  bool any_ = true;
  std::optional<std::regex> regex_;
};

}  // namespace ksampler

#endif
