// The brackets and quotes of a YAML text, for messages about those that have no end.
#ifndef KSAMPLER_GRAPH_YAML_BRACKETS_HPP
#define KSAMPLER_GRAPH_YAML_BRACKETS_HPP

#include <string_view>
#include <vector>

namespace ksampler {

struct Opener {
  char character;  // '{', '[', '"' or '\''
  int line;        // from 1
  int column;      // from 1
};

// What is open at `line` and `column` (from 1; that character is not read any more), outermost first. A
// quote counts where a value may begin, a comment not at all. Linear in the text.
std::vector<Opener> open_at(std::string_view text, int line, int column);

// What closes `opener`.
char closer_of(char opener);

}  // namespace ksampler

#endif
