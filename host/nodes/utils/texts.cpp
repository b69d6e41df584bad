// StringConcatenate and StringReplace.
#include "host/nodes/utils/functions.hpp"

namespace ksampler {
namespace {

// Whether a byte of UTF-8 begins a character.
bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

// As Python: an empty text is found before each character and at the end.
std::string interspersed(const std::string& text, const std::string& between) {
  std::string made;
  for (const char byte : text) {
    if (begins_character(byte)) made += between;
    made += byte;
  }
  return made + between;
}

std::string replaced(const std::string& text, const std::string& find, const std::string& by) {
  if (find.empty()) return interspersed(text, by);
  std::string made;
  std::size_t from = 0;
  for (std::size_t at; (at = text.find(find, from)) != std::string::npos; from = at + find.size()) {
    made.append(text, from, at - from).append(by);
  }
  return made.append(text, from);
}

}  // namespace

std::vector<Value> run_string_concatenate(const NodeContext&, const Inputs& in) {
  return {in.text("string_a") + in.text("delimiter") + in.text("string_b")};
}

std::vector<Value> run_string_replace(const NodeContext&, const Inputs& in) {
  return {replaced(in.text("string"), in.text("find"), in.text("replace"))};
}

}  // namespace ksampler
