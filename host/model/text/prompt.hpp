// ComfyUI's prompt weights.
//
//   (text)       1.1 times the weight around it; nesting multiplies
//   (text:1.3)   the weight 1.3, whatever is around it
//   \( \)        parentheses that are meant
//
// As ComfyUI reads it: the number stands after the last colon of the parentheses, and where there is no
// number the colon is text, "(16:9 picture)"; an unpaired ")" is text; an unpaired "(" makes the rest
// of the prompt text, unless the prompt ends in ")", which then is its pair.
#ifndef KSAMPLER_MODEL_TEXT_PROMPT_HPP
#define KSAMPLER_MODEL_TEXT_PROMPT_HPP

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksampler {

// What Python takes for spaces, in ASCII.
inline constexpr std::string_view kSpaces = " \t\n\v\f\r";

struct WeightedText {
  std::string text;
  double weight = 1.0;
  bool operator==(const WeightedText&) const = default;
};

// The parts of a prompt, in order, none empty. Throws Error where the prompt is not UTF-8, a weight is
// not finite, or parentheses nest more than 500 deep.
std::vector<WeightedText> parse_prompt(std::string_view prompt);

// A number as Python's float() reads it, in ASCII digits: spaces around it, "+.5", "1e-3", "1_000",
// "inf", "nan". None: not a number.
std::optional<double> parse_weight(std::string_view text);

}  // namespace ksampler

#endif
