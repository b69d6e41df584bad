// What the tokenizer needs of Unicode (from utf8proc). Thread rule: pure functions.
#ifndef KSAMPLER_MODEL_TEXT_UNICODE_HPP
#define KSAMPLER_MODEL_TEXT_UNICODE_HPP

#include <string>
#include <string_view>

namespace ksampler {

// Canonical composition (NFC). `text`: well-formed UTF-8.
std::u32string composed(std::string_view text);

// Its characters as they are. `text`: well-formed UTF-8.
std::u32string characters(std::string_view text);

// A character in lower case: one character, but for U+0130, which is two.
std::u32string lower_case(char32_t character);

void append_utf8(std::string& text, char32_t character);

bool is_letter(char32_t character);   // \p{L}
bool is_capital(char32_t character);  // \p{Lu}, \p{Lt}
bool is_small(char32_t character);    // \p{Ll}
bool is_mark(char32_t character);     // \p{M}
bool is_number(char32_t character);   // \p{N}
bool is_space(char32_t character);    // \s: White_Space

}  // namespace ksampler

#endif
