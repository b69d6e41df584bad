// Numbers and texts that travel along links: INT, FLOAT, BOOLEAN and STRING outputs, and the inputs
// that take them where a pipeline writes no value.
#ifndef KSAMPLER_GRAPH_LINKED_VALUE_HPP
#define KSAMPLER_GRAPH_LINKED_VALUE_HPP

#include "host/graph/declaration.hpp"

#include <any>
#include <string>
#include <vector>

namespace ksampler {

// The types of such outputs, and what they carry: std::int64_t, double, bool and std::string.
inline constexpr const char* kInt = "INT";
inline constexpr const char* kFloat = "FLOAT";
inline constexpr const char* kBoolean = "BOOLEAN";
inline constexpr const char* kString = "STRING";
inline constexpr const char* kCombo = "COMBO";  // a STRING that a choice takes

// The types of outputs that an input which is no link may be linked to, the usual one first. Empty:
// what it takes is written, as files are, which are looked for before a run.
std::vector<std::string> linkable_types(InputKind kind);

// Whether it is one of these.
bool is_plain_value(const std::string& type);

// What is wrong where nothing came along the link of an input.
std::string no_value_text(const std::string& input);

// What came along a link, as the input declares it. Throws Error: it is of another kind, or beyond
// what the input takes.
Literal literal_of(const std::any& value, const InputDecl& input);

}  // namespace ksampler

#endif
