// What the program may do with its output.
#ifndef KSAMPLER_CLI_TERMINAL_HPP
#define KSAMPLER_CLI_TERMINAL_HPP

#include <cstddef>
#include <string>
#include <string_view>

namespace ksampler {

// Whether standard error (where messages and progress go) is a terminal that understands control codes.
bool stderr_is_terminal();

// The same, and the user has not asked for no colours (https://no-color.org).
bool stderr_has_colours();

// The same of standard output.
bool stdout_has_colours();

// Columns of standard error, 80 where that is not known.
std::size_t stderr_columns();

// Columns of standard output: $COLUMNS, or its terminal's; 0 where it has no end.
std::size_t stdout_columns();

// Columns that UTF-8 text takes, one a code point.
std::size_t columns_of(std::string_view text);

// The front of UTF-8 text that takes at most `columns`, "..." at its end where that is not all of it.
std::string shortened(std::string_view text, std::size_t columns);

}  // namespace ksampler

#endif
