// The opcodes are those of Python's pickletools; a model file is a dictionary, a list, a tuple, or an
// object such as an OrderedDict, so that only the ways to begin one of these are looked for.
#include "host/model/file/pickle.hpp"

#include <cstddef>

namespace ksampler {
namespace {

using namespace std::string_view_literals;

bool is_word(std::string_view text, std::string_view also) {
  if (text.empty()) return false;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    const bool digit = c >= '0' && c <= '9';
    if (!letter && !digit && also.find(c) == std::string_view::npos) return false;
  }
  return true;
}

// Takes what stands before the next line end. All that is there, where there is none.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

// GLOBAL: "c", a module and a name, a line each: "ccollections\nOrderedDict\n".
bool begins_with_global(std::string_view text) {
  if (!text.starts_with('c')) return false;
  text.remove_prefix(1);
  return is_word(take_line(text), "."sv) && is_word(take_line(text), "."sv);
}

// Protocol 0 marks where a container begins: "(dp0\n", "(lp0\n", "(I1\nI2\ntp0\n", "(S'a'\n". What it
// makes at once is stored ("p") or the end (".").
bool begins_with_mark(std::string_view text) {
  if (!text.starts_with('(') || text.size() < 3) return false;
  const char next = text[1];
  if ("dlt"sv.find(next) != std::string_view::npos) return text[2] == 'p' || text[2] == '.';
  text.remove_prefix(1);
  if (begins_with_global(text)) return true;
  text.remove_prefix(1);
  if ("IFL"sv.find(next) != std::string_view::npos) return is_word(take_line(text), "+-."sv);
  if (next == 'S') return text.starts_with('\'') || text.starts_with('"');
  return next == 'V' && text.find('\n') != std::string_view::npos;
}

// Protocol 1: an empty container, stored ("q", "r") or the end, or the mark before a tuple of small
// numbers or of texts.
bool begins_with_empty(std::string_view text) {
  if (text.size() < 2) return false;
  const bool empty = "}])"sv.find(text[0]) != std::string_view::npos;
  if (empty) return "qr.("sv.find(text[1]) != std::string_view::npos;
  return text[0] == '(' && "KMJXU}]"sv.find(text[1]) != std::string_view::npos;
}

}  // namespace

bool is_pickle(std::string_view start) {
  // Protocol 2 and up say which they are.
  if (start.size() > 1 && start[0] == '\x80') return start[1] >= 2 && start[1] <= 5;
  return begins_with_mark(start) || begins_with_global(start) || begins_with_empty(start);
}

}  // namespace ksampler
