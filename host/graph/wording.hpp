// How declarations and values read in messages, in lists and in the reference: in one place, so that
// they read alike.
#ifndef KSAMPLER_GRAPH_WORDING_HPP
#define KSAMPLER_GRAPH_WORDING_HPP

#include "host/graph/declaration.hpp"
#include "host/graph/yaml_tree.hpp"

#include <string>
#include <vector>

namespace ksampler {

// " from 1 to 10000", " of at least 0", or nothing.
std::string range_text(const InputDecl& input);

// What an input takes: "a whole number from 16 to 16384, a multiple of 8", "a link of type MODEL".
std::string accepts(const InputDecl& input);

// A default value as a pipeline file would say it: 8, "", normal.
std::string literal_text(const Literal& literal);

// What stands in the file: 'abc', "20" (in quotes), a list, nothing. Long texts are cut.
std::string found(const YamlNode& value);

// What to do about a type of node that there is not: "; did you mean 'KSampler'?", or where they are
// listed, as there are too many to name.
std::string known_types_hint(const std::string& type, const std::vector<std::string>& types);

}  // namespace ksampler

#endif
