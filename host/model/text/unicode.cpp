#include "host/model/text/unicode.hpp"

#include "host/base/error.hpp"

#include <utf8proc.h>

#include <vector>

namespace ksampler {
namespace {

void require(utf8proc_ssize_t result) {
  if (result < 0) throw Error(std::string("a text cannot be read: ") + utf8proc_errmsg(result));
}

}  // namespace

std::u32string composed(std::string_view text) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto length = static_cast<utf8proc_ssize_t>(text.size());
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  const utf8proc_ssize_t most = utf8proc_decompose(bytes, length, nullptr, 0, options);
  require(most);
  // One more, where utf8proc ends the text with a zero.
  std::vector<utf8proc_int32_t> characters(static_cast<std::size_t>(most) + 1);
  require(utf8proc_decompose(bytes, length, characters.data(), most, options));
  const utf8proc_ssize_t count = utf8proc_normalize_utf32(characters.data(), most, options);
  require(count);
  return {characters.begin(), characters.begin() + count};
}

std::u32string characters(std::string_view text) {
  std::u32string made;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t character = 0;
    const utf8proc_ssize_t length = utf8proc_iterate(bytes, left, &character);
    require(length);
    made += static_cast<char32_t>(character);
    bytes += length;
    left -= length;
  }
  return made;
}

std::u32string lower_case(char32_t character) {
  if (character == 0x130) return U"i\u0307";  // a capital I with a dot keeps it: SpecialCasing.txt
  return {static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(character)))};
}

void append_utf8(std::string& text, char32_t character) {
  utf8proc_uint8_t bytes[4];
  const auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(character), bytes);
  text.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
}

bool is_letter(char32_t character) {
  const utf8proc_category_t category = utf8proc_category(static_cast<utf8proc_int32_t>(character));
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

bool is_capital(char32_t character) {
  const utf8proc_category_t category = utf8proc_category(static_cast<utf8proc_int32_t>(character));
  return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT;
}

bool is_small(char32_t character) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(character)) == UTF8PROC_CATEGORY_LL;
}

bool is_mark(char32_t character) {
  const utf8proc_category_t category = utf8proc_category(static_cast<utf8proc_int32_t>(character));
  return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}

bool is_number(char32_t character) {
  const utf8proc_category_t category = utf8proc_category(static_cast<utf8proc_int32_t>(character));
  return category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO;
}

bool is_space(char32_t character) {
  const utf8proc_category_t category = utf8proc_category(static_cast<utf8proc_int32_t>(character));
  return (category >= UTF8PROC_CATEGORY_ZS && category <= UTF8PROC_CATEGORY_ZP) ||
         (character >= 0x09 && character <= 0x0D) || character == 0x85;
}

}  // namespace ksampler
