// The coefficients of every method against the order conditions, exactly as far as float64 goes.
#include "plugins/solvers/exponential_tableau.hpp"
#include "plugins/solvers/tableau.hpp"
#include "tests/plugins/solvers/rooted_trees.hpp"

#include <gtest/gtest.h>

#include <map>

namespace solvers {
namespace {

// Sums of numbers up to 20, and their products: some hundred roundings. Decimals are published with 16
// digits.
constexpr double kRounding = 2e-13;

// How far a method is from its conditions.
double worst_of(const Tableau& tableau, std::uint32_t order) {
  return worst_condition(
      tableau.stages(), order, [&](std::size_t i, std::size_t j) { return tableau.a_ij(i, j); },
      [&](std::size_t i) { return tableau.b[i]; });
}

TEST(RootedTrees, AreAsManyAsThereAre) {
  for (const auto& [order, count] :
       std::map<std::uint32_t, std::size_t>{{1, 1}, {2, 2}, {3, 4}, {4, 8}, {5, 17}, {6, 37}}) {
    EXPECT_EQ(rooted_trees(order).size(), count);
  }
}

class EveryTableau : public testing::TestWithParam<const Tableau*> {};

TEST_P(EveryTableau, MeetsTheConditionsOfItsOrderAndNotOfTheNext) {
  const Tableau& tableau = *GetParam();
  EXPECT_LT(worst_of(tableau, tableau.order), kRounding);
  if (tableau.order < 6) {
    EXPECT_GT(worst_of(tableau, tableau.order + 1), 1e-5);
  }
}

TEST_P(EveryTableau, IsAskedWithinTheStep) {
  const Tableau& tableau = *GetParam();
  for (std::size_t i = 0; i < tableau.stages(); ++i) {
    EXPECT_GE(tableau.c(i), -1e-15) << "stage " << i;
    EXPECT_LE(tableau.c(i), 1 + 1e-14) << "stage " << i;
  }
}

TEST_P(EveryTableau, HasRoomInAStep) { EXPECT_LE(GetParam()->stages(), kMostStages); }

template <typename Table>
std::vector<const Table*> pointers(const std::vector<Table>& tables) {
  std::vector<const Table*> all;
  for (const Table& table : tables) all.push_back(&table);
  return all;
}

template <typename Info>
std::string id_of(const Info& info) {
  return info.param->id;
}

INSTANTIATE_TEST_SUITE_P(Explicit, EveryTableau, testing::ValuesIn(pointers(explicit_tableaux())),
                         [](const auto& test) { return id_of(test); });

INSTANTIATE_TEST_SUITE_P(Implicit, EveryTableau, testing::ValuesIn(pointers(implicit_tableaux())),
                         [](const auto& test) { return id_of(test); });

class EveryExponentialTableau : public testing::TestWithParam<const ExponentialTableau*> {};

// Where the linear part vanishes an exponential method is a classical one.
TEST_P(EveryExponentialTableau, IsAClassicalMethodOfItsOrderForShortSteps) {
  const ExponentialTableau& tableau = *GetParam();
  const auto a = [&](std::size_t i, std::size_t j) { return i > j ? tableau.weight(i, j, 0) : 0.0; };
  const auto b = [&](std::size_t j) { return tableau.weight(tableau.stages(), j, 0); };
  EXPECT_LT(worst_condition(tableau.stages(), tableau.order, a, b), kRounding);
  for (std::size_t i = 0; i < tableau.stages(); ++i) {
    double c = 0;
    for (std::size_t j = 0; j < i; ++j) c += a(i, j);
    EXPECT_NEAR(c, tableau.c[i], 1e-14);
  }
}

// A step is exact where the prediction is constant, whatever the linear part: the rows add up.
TEST_P(EveryExponentialTableau, AddsUpToPhi1) {
  const ExponentialTableau& tableau = *GetParam();
  for (const double z : {-3.0, -0.4, 0.0, 0.7, 2.0}) {
    double sum = 0;
    for (std::size_t j = 0; j < tableau.stages(); ++j) sum += tableau.weight(tableau.stages(), j, z);
    EXPECT_NEAR(sum, ks::phi(1, z), 1e-13);
  }
}

INSTANTIATE_TEST_SUITE_P(Exponential, EveryExponentialTableau,
                         testing::ValuesIn(pointers(exponential_tableaux())),
                         [](const auto& test) { return id_of(test); });

}  // namespace
}  // namespace solvers
