#include "host/files/json_text.hpp"

#include "tests/support/error_text.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace ksampler::test {
namespace {

std::string nested(std::size_t depth, const std::string& open = "[", const std::string& close = "]") {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += open;
  text += open == "[" ? "" : "1";
  for (std::size_t i = 0; i < depth; ++i) text += close;
  return text;
}

TEST(JsonText, IsReadAsDeepAsAnyNeeds) {
  EXPECT_TRUE(parse_json(nested(kDeepestJson)).is_array());
  EXPECT_EQ(parse_json(R"({"a": [1, {"b": "]]]][[[[\"{"}]})")["a"][1]["b"], "]]]][[[[\"{");
}

TEST(JsonText, KeepsTheOrderOfKeysWhereThatIsAsked) {
  EXPECT_EQ(parse_ordered_json(R"({"b": 1, "a": 2})").dump(), R"({"b":1,"a":2})");
  EXPECT_EQ(parse_json(R"({"b": 1, "a": 2})").dump(), R"({"a":2,"b":1})");
}

TEST(JsonText, NestedDeeperIsRefusedWithTheLimit) {
  for (const std::string& text :
       {nested(kDeepestJson + 1), nested(100000), nested(100000, R"({"a":)", "}"),
        nested(50000, R"([{"a":)", "}]"), R"({"set": {"a.b": )" + nested(1000000) + "}}",
        std::string(1000000, '[')}) {
    EXPECT_EQ(error_text([&] { parse_json(text); }),
              "JSON that is nested deeper than 64 levels, which nothing here needs to be");
    EXPECT_TRUE(json_or_nothing(text).is_discarded());
  }
}

TEST(JsonText, ThatIsNoneIsRefusedWithTheReason) {
  for (const char* text : {"", "[1, ", "nonsense", "{\"a\": \"", "]]]]"}) {
    EXPECT_EQ(error_text([&] { parse_json(text); }).rfind("no JSON: ", 0), 0u) << text;
    EXPECT_TRUE(json_or_nothing(text).is_discarded()) << text;
  }
}

}  // namespace
}  // namespace ksampler::test
