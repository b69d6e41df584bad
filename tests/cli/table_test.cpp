#include "host/cli/table.hpp"

#include "host/cli/terminal.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace ksampler {
namespace {

TEST(Table, ShortensItsLastColumnToTheWidth) {
  Table table(40);
  table.row({"one", "a sentence that is longer than the line"});
  table.row({"three", "short"});
  std::ostringstream out;
  table.print(out);
  EXPECT_EQ(out.str(),
            "one    a sentence that is longer than...\n"
            "three  short\n");
}

TEST(Table, ShortensNothingWhereTheLineHasNoEnd) {
  Table table;
  table.row({"one", std::string(500, 'x')});
  std::ostringstream out;
  table.print(out);
  EXPECT_EQ(out.str(), "one  " + std::string(500, 'x') + "\n");
}

TEST(Shortened, KeepsWholeCodePointsAndNoBlankAtTheEnd) {
  EXPECT_EQ(shortened("ümläut", 6), "ümläut");
  EXPECT_EQ(shortened("ümläute", 6), "üml...");
  EXPECT_EQ(shortened("of a cat", 6), "of...");
  EXPECT_EQ(shortened("cat", 0), "...");
}

}  // namespace
}  // namespace ksampler
