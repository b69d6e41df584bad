#include "host/serve/query.hpp"

#include <gtest/gtest.h>

namespace ksampler {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

TEST(QueryOfARequest, HasKeysAndValuesInTheirOrder) {
  EXPECT_EQ(query_of("/runs?set=a.b=1&name=x&set=c.d%3D%5B1,+2%5D"),
            (Query{{"set", "a.b=1"}, {"name", "x"}, {"set", "c.d=[1, 2]"}}));
}

TEST(QueryOfARequest, MayBeEmptyOrOdd) {
  EXPECT_EQ(query_of("/runs"), Query{});
  EXPECT_EQ(query_of("/runs?"), Query{});
  EXPECT_EQ(query_of("/runs?&a&b=&=c&"), (Query{{"a", ""}, {"b", ""}, {"", "c"}}));
}

TEST(QueryOfARequest, KeepsWhatIsNoCode) {
  EXPECT_EQ(query_of("/?a=100%&b=%zz&c=%4&d=%00"),
            (Query{{"a", "100%"}, {"b", "%zz"}, {"c", "%4"}, {"d", std::string(1, '\0')}}));
}

}  // namespace
}  // namespace ksampler
