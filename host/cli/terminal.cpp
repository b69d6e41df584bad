#include "host/cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string>

namespace ksampler {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

bool stderr_is_terminal() { return isatty(STDERR_FILENO) == 1 && environment("TERM") != "dumb"; }

bool stderr_has_colours() { return stderr_is_terminal() && environment("NO_COLOR").empty(); }

bool stdout_has_colours() {
  return isatty(STDOUT_FILENO) == 1 && environment("TERM") != "dumb" && environment("NO_COLOR").empty();
}

std::size_t stderr_columns() {
  winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

std::size_t stdout_columns() {
  const std::string set = environment("COLUMNS");
  std::size_t columns = 0;
  if (std::from_chars(set.data(), set.data() + set.size(), columns).ec == std::errc() && columns > 0) {
    return columns;
  }
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
  return known ? size.ws_col : 0;
}

std::string shortened(std::string_view text, std::size_t columns) {
  constexpr std::string_view kMore = "...";
  if (columns_of(text) <= columns) return std::string(text);
  const std::size_t kept = columns > kMore.size() ? columns - kMore.size() : 0;
  std::size_t end = 0;
  while (end < text.size() && columns_of(text.substr(0, end + 1)) <= kept) ++end;
  // Not between a word and its blank, nor within a code point.
  while (end > 0 && (columns_of(text.substr(end, 1)) == 0 || text[end - 1] == ' ')) --end;
  return std::string(text.substr(0, end)) + std::string(kMore);
}

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;  // no continuation byte
  }));
}

}  // namespace ksampler
