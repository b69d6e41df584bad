// How byte-pair tokenizers cut a text into words before they merge bytes: the regular expressions of
// their files, written out. Only the characters that a word begins with decide where it ends.
//
//   qwen     's 't 're 've 'm 'll 'd | one of space or mark before letters | one number | a space,
//            then neither letters, numbers nor spaces, then line ends | spaces with line ends |
//            spaces, but the last of several before a word
//
//   numbers  the same, with up to three numbers in a word (Llama 3; Mistral as transformers has it)
//
//   tekken   no 's; letters end where small ones are followed by a capital ("Flux" in "BlackFlux"),
//            and combining marks are letters; slashes beside line ends (Mistral as mistral-common
//            has it)
#ifndef KSAMPLER_MODEL_TEXT_WORDS_HPP
#define KSAMPLER_MODEL_TEXT_WORDS_HPP

#include <cstddef>
#include <optional>
#include <string_view>

namespace ksampler {

enum class WordRule { qwen, numbers, tekken };

// The rule that a regular expression of a tokenizer's file is. None: of another kind.
std::optional<WordRule> word_rule_of(std::string_view pattern);

// How many characters the word at the start of `text`, which is not empty, has; at least one.
std::size_t word_length(std::u32string_view text, WordRule rule);

}  // namespace ksampler

#endif
