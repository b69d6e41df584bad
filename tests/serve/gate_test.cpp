#include "host/serve/gate.hpp"

#include <gtest/gtest.h>

namespace ksampler {
namespace {

TEST(Gate, AnswersThisMachinesNamesWithThePort) {
  const Gate gate(7801);
  EXPECT_FALSE(gate.refusal("127.0.0.1:7801", "", true));
  EXPECT_FALSE(gate.refusal("localhost:7801", "", true));
  EXPECT_FALSE(Gate(80).refusal("localhost", "", true));
}

TEST(Gate, ComparesNamesWithoutCase) {
  const Gate gate(7801);
  EXPECT_FALSE(gate.refusal("LocalHost:7801", "", true));
  EXPECT_FALSE(gate.refusal("localhost:7801", "HTTP://LOCALHOST:7801", true));
}

TEST(Gate, RefusesAForeignNameThatLeadsHere) {
  const Gate gate(7801);
  EXPECT_EQ(gate.refusal("evil.example:7801", "", false),
            "the request is for host 'evil.example:7801'; this is 127.0.0.1:7801 and localhost:7801");
  for (const char* host : {"", "localhost", "localhost:80", "127.0.0.1", "127.0.0.1:7801.evil.example",
                           "127.0.0.1:78010", "localhost:7801@evil.example", "0.0.0.0:7801"}) {
    EXPECT_TRUE(gate.refusal(host, "", false)) << host;
  }
}

TEST(Gate, RefusesChangesFromForeignPages) {
  const Gate gate(7801);
  EXPECT_EQ(
      gate.refusal("localhost:7801", "https://evil.example", true),
      "the request comes from a page of 'https://evil.example'; only this server's own may send it");
  for (const char* origin :
       {"null", "http://127.0.0.1", "http://127.0.0.1:8080", "https://localhost:7801",
        "http://localhost:7801.evil.example", "localhost:7801", "file://"}) {
    EXPECT_TRUE(gate.refusal("localhost:7801", origin, true)) << origin;
  }
}

TEST(Gate, AnswersItsOwnPageAndReadersFromAnywhere) {
  const Gate gate(7801);
  EXPECT_FALSE(gate.refusal("127.0.0.1:7801", "http://127.0.0.1:7801", true));
  EXPECT_FALSE(gate.refusal("127.0.0.1:7801", "http://localhost:7801", true));
  EXPECT_FALSE(gate.refusal("127.0.0.1:7801", "https://evil.example", false));
}

}  // namespace
}  // namespace ksampler
