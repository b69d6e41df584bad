#include "host/model/network/reference_places.hpp"

#include <algorithm>

namespace ksampler {

std::vector<ReferencePlace> reference_places(const std::vector<at::Tensor>& references,
                                             ReferenceMethod method, std::int64_t height,
                                             std::int64_t width, double spacing) {
  const bool diagonal = method == ReferenceMethod::diagonal;
  std::vector<ReferencePlace> places;
  std::int64_t below = diagonal ? height : 0;
  std::int64_t right = diagonal ? width : 0;
  for (const at::Tensor& reference : references) {
    const std::int64_t rows = reference.size(2);
    const std::int64_t columns = reference.size(3);
    if (method == ReferenceMethod::index) {
      places.push_back({.index = spacing * static_cast<double>(places.size() + 1)});
    } else if (diagonal) {
      places.push_back({.top = below, .left = right});
      below += rows;
      right += columns;
    } else {
      // Where the whole stays nearer to a square.
      const bool beside = rows + below > columns + right;
      places.push_back({.index = 1.0, .top = beside ? 0 : below, .left = beside ? right : 0});
      below = std::max(below, rows + places.back().top);
      right = std::max(right, columns + places.back().left);
    }
  }
  return places;
}

}  // namespace ksampler
