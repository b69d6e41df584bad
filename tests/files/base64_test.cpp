#include "host/files/base64.hpp"

#include "tests/support/error_text.hpp"

#include <gtest/gtest.h>

namespace ksampler::test {
namespace {

TEST(Base64, IsThatOfRfc4648) {
  // Section 10 there.
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(base64(bytes), text);
    if (!text.empty()) {
      EXPECT_EQ(from_base64(text), bytes);
    }
  }
}

TEST(Base64, TakesWhatIsLongerThanOnePiece) {
  std::string bytes(std::size_t{7} << 20, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 + (i >> 9));
  EXPECT_TRUE(from_base64(base64(bytes)) == bytes);
}

TEST(Base64, TakesDataUrlsAndLinesThatAreBroken) {
  EXPECT_EQ(from_base64("data:image/png;base64,Zm9v"), "foo");
  EXPECT_EQ(from_base64("Zm9v\r\nYmFy"), "foobar");
}

TEST(Base64, RefusesWhatIsNone) {
  for (const std::string text : {"", "Zg", "Zm9", "Zm9*", "====", "Zg=a", "data:image/png;base64,"}) {
    EXPECT_EQ(error_text([&] { from_base64(text); }), "is no base64") << text;
  }
}

}  // namespace
}  // namespace ksampler::test
