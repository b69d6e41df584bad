#include <ks/param.hpp>

#include <gtest/gtest.h>

namespace {

enum class Colour { red, green };
constexpr const char* kColours[] = {"red", "green"};

struct Painter {
  double eta = 0.25;
  int order = 3;
  bool fast = true;
  Colour colour = Colour::green;
  std::vector<double> weights;
  std::uint8_t small = 7;

  static constexpr auto params = ks::params(
      ks::param(&Painter::eta, {.id = "eta", .summary = "A number", .minimum = 0, .maximum = 1}),
      ks::param(&Painter::order, {.id = "order", .summary = "A whole number"}),
      ks::param(&Painter::fast, {.id = "fast", .summary = "A switch"}),
      ks::choice(&Painter::colour, {.id = "colour", .summary = "A choice"}, kColours),
      ks::param(&Painter::weights, {.id = "weights", .summary = "A list"}),
      ks::param(&Painter::small, {.id = "small", .summary = "A byte", .minimum = 1}));
};

struct Plain {};

const ks::detail::ParamList<Painter> kList;

TEST(Params, TakeTypeAndDefaultFromTheMember) {
  ASSERT_EQ(kList.count, 6u);
  EXPECT_EQ(kList.pointers[0]->type, std::uint32_t{KS_PARAM_FLOAT});
  EXPECT_EQ(kList.pointers[0]->default_value, 0.25);
  EXPECT_EQ(kList.pointers[0]->maximum, 1);
  EXPECT_EQ(kList.pointers[1]->type, std::uint32_t{KS_PARAM_INTEGER});
  EXPECT_EQ(kList.pointers[1]->default_value, 3);
  EXPECT_EQ(kList.pointers[2]->type, std::uint32_t{KS_PARAM_BOOLEAN});
  EXPECT_EQ(kList.pointers[2]->default_value, 1);
  EXPECT_EQ(kList.pointers[3]->type, std::uint32_t{KS_PARAM_CHOICE});
  EXPECT_EQ(kList.pointers[3]->choice_count, 2u);
  EXPECT_EQ(kList.pointers[3]->default_value, 1);
  EXPECT_EQ(kList.pointers[4]->type, std::uint32_t{KS_PARAM_NUMBERS});
}

// Otherwise a value that the host lets through would overflow the member.
TEST(Params, AreBoundedByWhatTheMemberHolds) {
  EXPECT_EQ(kList.pointers[1]->minimum, std::numeric_limits<int>::min());
  EXPECT_EQ(kList.pointers[1]->maximum, std::numeric_limits<int>::max());
  EXPECT_EQ(kList.pointers[5]->minimum, 1);
  EXPECT_EQ(kList.pointers[5]->maximum, 255);
  EXPECT_EQ(kList.pointers[4]->maximum, std::numeric_limits<double>::max());
}

TEST(Params, AreSetInOrder) {
  const double weights[] = {1, 2};
  const ks_value values[] = {{0.5, nullptr, 0}, {2, nullptr, 0}, {0, nullptr, 0},
                             {0, nullptr, 0},   {0, weights, 2}, {255, nullptr, 0}};
  Painter painter;
  ks::detail::ParamList<Painter>::set(painter, values);
  EXPECT_EQ(painter.eta, 0.5);
  EXPECT_EQ(painter.order, 2);
  EXPECT_FALSE(painter.fast);
  EXPECT_EQ(painter.colour, Colour::red);
  EXPECT_EQ(painter.weights, (std::vector<double>{1, 2}));
  EXPECT_EQ(painter.small, 255);
}

TEST(Params, AreNoneWhereTheClassDeclaresNone) { EXPECT_EQ(ks::detail::ParamList<Plain>::count, 0u); }

}  // namespace
