// Coefficients against those that other programs publish, as decimals.
#include "plugins/solvers/tableau.hpp"

#include <gtest/gtest.h>

#include <string>

namespace solvers {
namespace {

const Tableau& tableau_named(const std::string& id) {
  for (const auto* tables : {&explicit_tableaux(), &implicit_tableaux()}) {
    for (const Tableau& tableau : *tables) {
      if (tableau.id == id) return tableau;
    }
  }
  throw std::invalid_argument("no tableau " + id);
}

using Rows = std::vector<std::vector<double>>;

void expect_equal(const Tableau& tableau, const Rows& a, const std::vector<double>& b) {
  ASSERT_EQ(tableau.a.size(), a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(tableau.a[i].size(), a[i].size()) << "row " << i;
    // As other programs divide: the same to the last bit, or the one beside it.
    for (std::size_t j = 0; j < a[i].size(); ++j)
      EXPECT_DOUBLE_EQ(tableau.a[i][j], a[i][j]) << i << ", " << j;
  }
  ASSERT_EQ(tableau.b.size(), b.size());
  for (std::size_t j = 0; j < b.size(); ++j) EXPECT_DOUBLE_EQ(tableau.b[j], b[j]) << "b " << j;
}

// scipy 1.17, scipy.integrate.RK23.A and .B.
TEST(Published, Rk23OfScipyIsRalstonsThird) {
  expect_equal(tableau_named("ralston_3"), {{0.5}, {0, 0.75}},
               {0.2222222222222222, 0.3333333333333333, 0.4444444444444444});
}

// scipy 1.17, scipy.integrate.RK45.A and .B.
TEST(Published, Rk45OfScipyIsDormandPrince) {
  expect_equal(tableau_named("dormand_prince_5"),
               {{0.2},
                {0.075, 0.225},
                {0.9777777777777777, -3.7333333333333334, 3.5555555555555554},
                {2.9525986892242035, -11.595793324188385, 9.822892851699436, -0.2908093278463649},
                {2.8462752525252526, -10.757575757575758, 8.906422717743473, 0.2784090909090909,
                 -0.2735313036020583}},
               {0.09114583333333333, 0, 0.44923629829290207, 0.6510416666666666, -0.322376179245283,
                0.13095238095238096});
}

// The nodes of the implicit methods are those of the quadratures that they are named for.
TEST(Published, NodesOfImplicitMethodsAreThoseOfTheirQuadratures) {
  const auto expect_nodes = [](const char* id, const std::vector<double>& c) {
    const Tableau& tableau = tableau_named(id);
    ASSERT_EQ(tableau.stages(), c.size()) << id;
    // Sums of three numbers below 1: a rounding each.
    for (std::size_t i = 0; i < c.size(); ++i)
      EXPECT_NEAR(tableau.c(i), c[i], 1e-15) << id << ", " << i;
  };
  expect_nodes("gauss_legendre_2", {0.2113248654051871, 0.7886751345948129});
  expect_nodes("gauss_legendre_3", {0.1127016653792583, 0.5, 0.8872983346207417});
  expect_nodes("radau_iia_2", {1.0 / 3, 1});
  expect_nodes("radau_iia_3", {0.1550510257216822, 0.6449489742783178, 1});
  expect_nodes("radau_ia_3", {0, 0.3550510257216822, 0.8449489742783178});
  expect_nodes("lobatto_iiia_3", {0, 0.5, 1});
  expect_nodes("lobatto_iiib_3", {0, 0.5, 1});
  expect_nodes("lobatto_iiic_4", {0, 0.2763932022500210, 0.7236067977499790, 1});
}

}  // namespace
}  // namespace solvers
