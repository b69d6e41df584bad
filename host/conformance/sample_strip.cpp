#include "host/conformance/sample_strip.hpp"

#include "host/base/sentence.hpp"
#include "host/conformance/chart.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace ksampler::conformance {
namespace {

constexpr int kGreys = 16, kGap = 2;

// The pixels of one grey are one path: a picture is some kilobytes.
std::string picture_text(const Curve& picture, std::size_t width, std::size_t left) {
  double low = INFINITY, high = -INFINITY;
  for (const double value : picture.y) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  std::map<int, std::string> paths;
  for (std::size_t i = 0; i < picture.y.size(); ++i) {
    const double part = high > low ? (picture.y[i] - low) / (high - low) : 0;
    const int grey = std::isfinite(part) ? static_cast<int>(std::lround(part * (kGreys - 1))) : 0;
    paths[grey] += sentence("M{} {}h1v1h-1z", left + i % width, i / width);
  }
  std::string text;
  for (const auto& [grey, path] : paths) {
    const std::string level = std::to_string(grey * 255 / (kGreys - 1));
    text += sentence("<path fill='rgb({},{},{})' d='{}'/>", level, level, level, path);
  }
  return text;
}

}  // namespace

std::string strip_text(const std::string& title, const std::vector<const Curve*>& pictures) {
  std::string inside;
  std::size_t left = 0, height = 0;
  for (const Curve* picture : pictures) {
    if (picture->x.empty() || picture->x.front() < 1) continue;
    const auto width = static_cast<std::size_t>(picture->x.front());
    const std::size_t rows = picture->y.size() / width;
    inside += picture_text(*picture, width, left);
    inside += sentence("<text font-size='2.2' x='{}' y='{}'>{}</text>", left, rows + 3,
                       escaped(picture->name));
    left += width + kGap;
    height = std::max(height, rows);
  }
  return sentence(
      "<svg viewBox='0 -4 {} {}' shape-rendering='crispEdges'>"
      "<text font-size='2.6' y='-1.2'>{}</text>{}</svg>",
      left, height + 8, escaped(title), inside);
}

}  // namespace ksampler::conformance
