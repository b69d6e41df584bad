// Slips that make a file no YAML: each message points at the slip, and says what to write.
#include "tests/graph/pipeline_case.hpp"

namespace ksampler::test {

class YamlHint : public PipelineCase {
 protected:
  // The diagnostic without its "pipeline.yaml:" and what all of them say.
  std::string hint(const std::string& text) const {
    std::string message = errors(text);
    const std::string all = "this is not valid YAML: ";
    if (const std::size_t at = message.find(all); at != std::string::npos)
      message.erase(at, all.size());
    return message.substr(message.find(':') + 1);
  }
};

TEST_F(YamlHint, TabsThatIndent) {
  const std::string says =
      " a tab indents this line; YAML is indented with spaces, such as two a level";
  EXPECT_EQ(hint("nodes:\n\ta: 1\n"), "2:1:" + says);
  EXPECT_EQ(hint("nodes:\n  a:\n    type: Source\n\tamount: 3\n"), "4:1:" + says);
  EXPECT_EQ(hint("nodes:\n  a:\n  \ttype: Source\n  \tamount: 3\n    level: 0\n"), "3:3:" + says);
}

TEST_F(YamlHint, ALineIndentedTooFar) {
  EXPECT_EQ(
      hint("nodes:\n  a:\n    type: Source\n      amount: 3\n"),
      "4:7: this line is indented further than the one above it, which has a value already; lines "
      "that belong together begin in the same column, here 5");
}

TEST_F(YamlHint, ALineIndentedToNoLevel) {
  EXPECT_EQ(hint("nodes:\n  a:\n    type: Source\n   amount: 3\n"),
            "4:4: this line begins in column 4, where nothing above it does; what it can belong to "
            "begins in column 1, 3 and 5");
}

TEST_F(YamlHint, AMissingColon) {
  EXPECT_EQ(hint("nodes:\n  a:\n    type: Source\n    amount 3\n    level: 0\n"),
            "4:11: a ':' is missing after 'amount'; did you mean 'amount: 3'?");
  EXPECT_EQ(hint("nodes:\n  a\n    type: Source\n"),
            "2:4: a ':' is missing after 'a'; did you mean 'a:'?");
}

TEST_F(YamlHint, AColonWithoutASpace) {
  EXPECT_EQ(hint("nodes:\n  a:\n    type:Source\n    amount: 3\n"),
            "3:9: the ':' after 'type' has no space behind it; did you mean 'type: Source'?");
}

TEST_F(YamlHint, AKeyThatHoldsItsValue) {
  EXPECT_EQ(errors("nodes:\n  a: { type: Source, amount 3 }\n  save: { type: Save, cloud: $a }\n"),
            "pipeline.yaml:2:22: node 'a' (Source) has no input 'amount 3'; did you mean 'amount: 3'?");
  EXPECT_EQ(errors("nodes:\n  a: { type:Source, amount: 3 }\n  save: { type: Save, cloud: $a }\n"),
            "pipeline.yaml:2:3: node 'a' has no 'type'; did you mean 'type: Source'?");
}

TEST_F(YamlHint, ATextWithAColonInIt) {
  EXPECT_EQ(hint(source_with("title: a cat: black")),
            "4:17: a second ': ' in this line; a text that holds one is put in quotes: title: \"a cat: "
            "black\"");
}

TEST_F(YamlHint, ABracketWithoutItsEnd) {
  EXPECT_EQ(hint("nodes:\n  a: { type: Source, amount: 3\n  save: { type: Save, cloud: $a }\n"),
            "2:6: this '{' has no '}' that closes it");
  EXPECT_EQ(hint("nodes:\n  a: { type: Lists, area: [1, 2, 3, 4 }\n"),
            "2:39: this '}' does not close the '[' of line 2, column 27; is a ']' missing before it?");
}

TEST_F(YamlHint, ABracketTooMany) {
  EXPECT_EQ(hint("nodes:\n  a: { type: Source }}\n"),
            "2:22: this '}' closes nothing; there is one too many");
}

TEST_F(YamlHint, AMissingComma) {
  EXPECT_EQ(
      hint("nodes:\n  a: { type: Source amount: 3 }\n"),
      "2:27: expected ',' or '}' before this; is a ',' missing, or a text with signs in it not in "
      "quotes as a whole?");
}

TEST_F(YamlHint, AQuoteWithoutItsEnd) {
  EXPECT_EQ(hint("nodes:\n  a: { type: Source, title: \"a red }\n"),
            "2:29: this text begins with \" and has no \" at its end");
  EXPECT_EQ(
      hint(source_with("title: 'it's")),
      "4:16: text follows a value that ended already; a ' inside single quotes is written '', and "
      "a text with quotes in it goes in quotes as a whole");
}

TEST_F(YamlHint, CharactersThatBeginNoText) {
  EXPECT_EQ(hint(source_with("title: @cat")),
            "4:12: no text begins with '@'; put it in quotes, such as \"@cat\"");
  EXPECT_EQ(
      hint(source_with("title: \"C:\\dir\"")),
      "4:17: unknown escape character: d; in double quotes '\\' begins an escape. Write '\\\\', or "
      "single quotes, in which it stands for itself");
}

TEST_F(YamlHint, AListAmongKeys) {
  EXPECT_EQ(hint("nodes:\n  - a:\n    type: Source\n  b: 3\n"),
            "4:3: the lines above in this column are items of a list, which begin with '- ', and this "
            "one is none");
}

TEST_F(YamlHint, NothingIsSaidOfWhatIsFine) {
  EXPECT_EQ(errors(source_with("title: \"it's { [ a: # \"")), "");
  EXPECT_EQ(errors(source_with("title: it's a \"cat\"   # an apostrophe's comment {")), "");
}

}  // namespace ksampler::test
