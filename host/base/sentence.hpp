// Sentences for people, with values in them: sentence("{} is {}; it takes {}", name, found, accepted).
//
// The text is libfmt's, with its format specifications. It is compiled in one place: LibTorch brings
// headers of another libfmt along, and no other file needs to read either.
#ifndef KSAMPLER_BASE_SENTENCE_HPP
#define KSAMPLER_BASE_SENTENCE_HPP

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace ksampler {

// A value of a sentence. What it views must outlive the call, as arguments do.
class SentenceValue {
 public:
  SentenceValue(std::string_view text) : value_(text) {}
  SentenceValue(const std::string& text) : value_(std::string_view(text)) {}
  SentenceValue(const char* text) : value_(std::string_view(text)) {}
  SentenceValue(const std::filesystem::path& path) : value_(std::string_view(path.native())) {}
  SentenceValue(char character) : value_(character) {}
  SentenceValue(std::floating_point auto number) : value_(static_cast<double>(number)) {}
  SentenceValue(std::signed_integral auto number) : value_(static_cast<std::int64_t>(number)) {}
  SentenceValue(std::unsigned_integral auto number) : value_(static_cast<std::uint64_t>(number)) {}
  SentenceValue(bool) = delete;  // a sentence has words for it

  const auto& value() const { return value_; }

 private:
  std::variant<std::string_view, char, double, std::int64_t, std::uint64_t> value_;
};

// The text of a sentence with `values` values: another number of them does not compile.
template <std::size_t values>
struct SentenceText {
  consteval SentenceText(const char* given) : text(given) {
    std::size_t found = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '{') continue;
      if (text.substr(i + 1).starts_with('{')) {
        ++i;
      } else {
        ++found;
      }
    }
    if (found != values) throw "the text has another number of {} than there are values";
  }
  std::string_view text;
};

// Of a text that is only known when it runs. Throws std::exception where it does not fit the values.
std::string formatted(std::string_view text, std::span<const SentenceValue> values);

template <typename... Values>
std::string sentence(SentenceText<sizeof...(Values)> text, const Values&... values) {
  return formatted(text.text, std::array<SentenceValue, sizeof...(Values)>{SentenceValue(values)...});
}

}  // namespace ksampler

#endif
