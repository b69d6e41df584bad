#include "host/plugin/params.hpp"

#include "host/plugin/library.hpp"
#include "tests/plugin/fixtures.hpp"
#include "tests/support/error_text.hpp"

#include <gtest/gtest.h>

namespace ksampler {
namespace {

using test::error_text;

class Params : public testing::Test {
 protected:
  std::vector<ParamValue> values(const std::vector<NamedParam>& named) const {
    return values_for(declared_, named, "sampler 'logged'");
  }
  std::string refusal(const std::vector<NamedParam>& named) const {
    return error_text([&] { values(named); });
  }

  const std::vector<ParamDescription> declared_ =
      Library::open(test::good_plugin("logging"))->description().samplers[0].params;
};

TEST_F(Params, AreTheirDefaultsWhereNotNamed) {
  EXPECT_EQ(values({}), (std::vector<ParamValue>{0.5, 2.0, 1.0, 2.0, std::vector<double>{}}));
}

TEST_F(Params, GoIntoTheOrderOfTheirDeclaration) {
  EXPECT_EQ(values({{"weights", std::vector{0.5}}, {"eta", 0.25}}),
            (std::vector<ParamValue>{0.25, 2.0, 1.0, 2.0, std::vector{0.5}}));
}

TEST_F(Params, OfAnUnknownNameGetTheNearest) {
  EXPECT_EQ(refusal({{"eat", 1.0}}), "sampler 'logged' has no parameter 'eat'; did you mean 'eta'?");
  EXPECT_EQ(
      refusal({{"s_churn", 1.0}}),
      "sampler 'logged' has no parameter 's_churn'; known are: eta, order, fast, colour, weights");
  EXPECT_EQ(error_text([] {
              values_for({}, {{"eta", 1.0}}, "sampler 'lms'");
            }),
            "sampler 'lms' has no parameters; found parameter 'eta'");
}

TEST_F(Params, AreRefusedOutsideTheirRangeAllAtOnce) {
  EXPECT_EQ(refusal({{"eta", 2.0}, {"order", 1.5}, {"eta", 1.0}}),
            "sampler 'logged': parameter 'eta' is 2; a number from 0 to 1 is accepted\n"
            "sampler 'logged': parameter 'order' is 1.5; a whole number from 1 to 4 is accepted\n"
            "sampler 'logged': parameter 'eta' is set twice");
}

TEST_F(Params, AreRefusedWhereAListIsGivenForANumber) {
  EXPECT_EQ(refusal({{"eta", std::vector{0.5}}}),
            "sampler 'logged': parameter 'eta' is a list; a number from 0 to 1 is accepted");
}

}  // namespace
}  // namespace ksampler
