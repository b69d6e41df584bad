#include "host/conformance/reports.hpp"

#include "host/conformance/chart.hpp"
#include "tests/conformance/outcomes.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <sstream>

namespace ksampler::conformance {
namespace {

class Reports : public testing::Test {
 protected:
  // Stands for a whole suite of checks; once for all tests.
  static const Report& report() {
    static const Report report = validate(fixture("broken", "wrong_order"), {"numerics", "loads"});
    return report;
  }
  static std::string card(bool colours) {
    std::ostringstream out;
    print_score_card(report(), colours, out);
    return out.str();
  }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
};

TEST_F(Reports, AsACardHaveGroupsAndASum) {
  const std::string text = card(false);
  EXPECT_TRUE(has(text, "\nnumerics\n"));
  EXPECT_TRUE(has(
      text,
      "  fail  order                        spoilt: with a flow model, measured 0.999, declared 2\n"))
      << text;
  EXPECT_TRUE(has(text, "  pass  same-twice"));
  EXPECT_TRUE(has(text, " 2 failed"));  // on uneven steps, too
  EXPECT_FALSE(has(text, "\033"));
}

TEST_F(Reports, InColoursShowWhatFailsInRed) {
  EXPECT_TRUE(has(card(true), "\033[1;31mfail\033[0m  order"));
}

TEST_F(Reports, AsJsonAreOneObject) {
  const nlohmann::json json = nlohmann::json::parse(json_text(report()));
  EXPECT_EQ(json["passed"], false);
  EXPECT_EQ(json["count"]["fail"], 2);
  bool found = false;
  for (const auto& check : json["checks"]) {
    if (check["name"] != "order") continue;
    found = true;
    EXPECT_EQ(check["group"], "numerics");
    EXPECT_EQ(check["outcome"], "fail");
    const auto& curve = check["parts"][0]["curves"][0];
    EXPECT_EQ(curve["x"], (std::vector<double>{36, 66, 126, 252}));
    // Euler's method, of first order.
    EXPECT_NEAR(curve["slope"].get<double>(), 1, 0.02);
  }
  EXPECT_TRUE(found);
}

TEST_F(Reports, AsAPageStandAloneAndShowTheSlope) {
  const std::string page = page_text(report());
  EXPECT_TRUE(page.starts_with("<!doctype html>"));
  EXPECT_TRUE(has(page, "<svg "));
  EXPECT_TRUE(has(page, "<polyline"));
  EXPECT_TRUE(has(page, "slope -1.00"));
  EXPECT_TRUE(has(page, "wrong_order.so"));
  for (const char* outside : {"http", "src=", "href=", "<script"})
    EXPECT_FALSE(has(page, outside)) << outside;
}

// Six pictures of 16 by 16, from noise to the end.
TEST_F(Reports, AsAPageShowASample) {
  const Report sampled = validate(fixture("broken", "fine"), {"draws-a-picture"});
  const std::string page = page_text(sampled);
  EXPECT_TRUE(has(page, "A sample"));
  EXPECT_TRUE(has(page, "sigma 14</text>"));
  EXPECT_TRUE(has(page, "sigma 0</text>"));
  std::size_t pixels = 0;
  for (std::size_t at = page.find("h1v1h-1z"); at != std::string::npos;
       at = page.find("h1v1h-1z", at + 1)) {
    ++pixels;
  }
  EXPECT_EQ(pixels, 6u * 16 * 16);
  // What is left of it is one of the model's pictures, of two greys: black, white, and hardly any
  // between.
  const std::vector<Curve>& curves = sampled.entries.at(0).parts.at(0).result.curves;
  ASSERT_EQ(curves.size(), 6u);
  for (const double pixel : curves.back().y) EXPECT_NEAR(std::abs(pixel), 1, 0.2);
}

TEST_F(Reports, AsAPageShowTheVarianceByStep) {
  const std::string page = page_text(validate(fixture("broken", "biased_noise"), {"variance-by-step"}));
  EXPECT_TRUE(has(page, "Variance by step"));
  EXPECT_TRUE(has(page, "spoilt: off by"));
}

TEST(Chart, PutsHigherValuesHigherAndLeavesOutWhatHasNoLogarithm) {
  const std::string svg =
      svg_text({"t", "x", "y", true, false, {}, {{"a", {1, 10, 100}, {1.0, 0.0, 0.01}}}});
  const std::size_t at = svg.find("points='") + 8;
  std::istringstream points(svg.substr(at, svg.find('\'', at) - at));
  double x[2], y[2];
  char comma = 0;
  points >> x[0] >> comma >> y[0] >> x[1] >> comma >> y[1];
  ASSERT_TRUE(points);
  EXPECT_LT(x[0], x[1]);
  EXPECT_LT(y[0], y[1]);  // SVG counts from the top
  std::string more;
  EXPECT_FALSE(points >> more);
}

TEST(Chart, WritesOutWhatHtmlWouldTakeForItsOwn) {
  EXPECT_EQ(escaped("<b> & 'c' \"d\""), "&lt;b&gt; &amp; &#39;c&#39; &quot;d&quot;");
}

}  // namespace
}  // namespace ksampler::conformance
