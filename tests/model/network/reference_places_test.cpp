// Where pictures that are looked at stand, by each of ComfyUI's methods.
#include "host/model/network/reference_places.hpp"

#include <ATen/ops/zeros.h>

#include <gtest/gtest.h>

#include <tuple>

namespace ksampler {
namespace {

using Stand = std::tuple<double, std::int64_t, std::int64_t>;

// Of two pictures, 4 by 6 and 6 by 2 cells, beside one of 8 by 10.
std::vector<Stand> places_by(ReferenceMethod method) {
  std::vector<Stand> places;
  for (const ReferencePlace& place :
       reference_places({at::zeros({1, 1, 4, 6}), at::zeros({1, 1, 6, 2})}, method, 8, 10, 3.0)) {
    places.emplace_back(place.index, place.top, place.left);
  }
  return places;
}

TEST(ReferencePlaces, ByOffsetAreBelowOrBesideWhereTheWholeIsNearerToASquare) {
  EXPECT_EQ(places_by(ReferenceMethod::offset), (std::vector<Stand>{{1, 0, 0}, {1, 0, 6}}));
}

TEST(ReferencePlaces, ByIndexAreAtTheOriginWithANumberEach) {
  EXPECT_EQ(places_by(ReferenceMethod::index), (std::vector<Stand>{{3, 0, 0}, {6, 0, 0}}));
}

TEST(ReferencePlaces, AlongTheDiagonalFollowThePictureThatIsMade) {
  EXPECT_EQ(places_by(ReferenceMethod::diagonal), (std::vector<Stand>{{0, 8, 10}, {0, 12, 16}}));
}

TEST(ReferencePlaces, AreAsTheNetworkWasTrainedWhereNobodySaysOtherwise) {
  EXPECT_EQ(chosen_method(ReferenceMethod::of_network, ReferenceMethod::offset),
            ReferenceMethod::offset);
  EXPECT_EQ(chosen_method(ReferenceMethod::index, ReferenceMethod::offset), ReferenceMethod::index);
}

}  // namespace
}  // namespace ksampler
