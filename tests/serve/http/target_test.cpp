#include "host/serve/http/target.hpp"

#include <gtest/gtest.h>

namespace ksampler {
namespace {

using Path = std::vector<std::string>;
using Query = TextPairs;

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

TEST(PathOfATarget, IsSplitFirstAndDecodedThen) {
  EXPECT_EQ(path_of("/userdata/a%2Fb.json?full_info=true"), (Path{"userdata", "a/b.json"}));
  EXPECT_EQ(path_of("/runs/1/files/%2e%2e/a+b%20c"), (Path{"runs", "1", "files", "..", "a+b c"}));
  EXPECT_EQ(path_of("/a%00b"), (Path{std::string("a\0b", 3)}));
}

TEST(PathOfATarget, HasAllItsSegments) {
  EXPECT_EQ(path_of("/"), Path{});
  EXPECT_EQ(path_of("/?a=/b"), Path{});
  EXPECT_EQ(path_of("/runs/"), (Path{"runs", ""}));
  EXPECT_EQ(path_of("//runs"), (Path{"", "runs"}));
  EXPECT_EQ(path_of("/runs#/1"), (Path{"runs"}));
}

}  // namespace
}  // namespace ksampler
