#include "host/conformance/chart.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace ksampler::conformance {
namespace {

constexpr double kWidth = 560, kHeight = 360, kLeft = 70, kRight = 16, kTop = 34, kBottom = 46;
constexpr std::size_t kFew = 12;  // points of a line that are marked
constexpr const char* kLineColours[] = {"#2563eb", "#dc2626", "#059669", "#d97706",
                                        "#7c3aed", "#0891b2", "#be185d", "#4d7c0f"};

std::string fixed(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string tick_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

// One axis: from a value to a place between 0 and 1.
struct Axis {
  double low = INFINITY;
  double high = -INFINITY;
  bool log = false;
  bool falling = false;

  double scaled(double value) const { return log ? std::log10(value) : value; }
  void cover(double value) {
    if (!std::isfinite(value) || (log && value <= 0)) return;
    low = std::min(low, scaled(value));
    high = std::max(high, scaled(value));
  }
  void widen() {
    if (!(low <= high)) low = 0, high = 1;
    const double margin = std::max(0.04 * (high - low), 1e-3);
    low -= margin;
    high += margin;
  }
  double place(double value) const {
    const double at = (scaled(value) - low) / (high - low);
    return falling ? 1 - at : at;
  }
  std::vector<double> ticks() const {
    std::vector<double> ticks;
    if (log && high - low > 1.5) {
      const double step = std::max(1.0, std::floor((high - low) / 6));
      const double first = std::ceil(low);
      for (int i = 0; first + i * step <= high; ++i) ticks.push_back(std::pow(10, first + i * step));
      return ticks;
    }
    for (int i = 0; i <= 4; ++i) {
      const double at = low + (high - low) * (0.1 + 0.2 * i);
      ticks.push_back(log ? std::pow(10, at) : at);
    }
    return ticks;
  }
};

std::string text_at(double x, double y, const char* anchor, const std::string& text,
                    const char* more = "") {
  return sentence("<text x='{}' y='{}' text-anchor='{}' {}>{}</text>", fixed(x), fixed(y), anchor, more,
                  escaped(text));
}

}  // namespace

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : printable(text, 4000)) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '\'':
        result += "&#39;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string svg_text(const Chart& chart) {
  Axis x_axis{.log = true, .falling = chart.falling_x}, y_axis{.log = chart.log_y};
  for (const Line& line : chart.lines) {
    for (double x : line.x) x_axis.cover(x);
    for (double y : line.y) y_axis.cover(y);
  }
  for (double y : chart.shown) y_axis.cover(y);
  x_axis.widen();
  y_axis.widen();
  const auto px = [&](double x) { return kLeft + (kWidth - kLeft - kRight) * x_axis.place(x); };
  const auto py = [&](double y) {
    return kHeight - kBottom - (kHeight - kTop - kBottom) * y_axis.place(y);
  };

  const double legend = 18.0 * static_cast<double>(chart.lines.size());
  std::string svg =
      sentence("<svg viewBox='0 0 {} {}' role='img'>\n", fixed(kWidth), fixed(kHeight + legend));
  svg += text_at(kLeft, 20, "start", chart.title, "font-weight='600'") + "\n";
  // Where there are few points, they are the ticks.
  const bool few = !chart.lines.empty() && chart.lines.front().x.size() <= kFew;
  for (const double tick : few ? chart.lines.front().x : x_axis.ticks()) {
    svg += sentence("<line class='grid' x1='{}' x2='{}' y1='{}' y2='{}'/>{}", fixed(px(tick)),
                    fixed(px(tick)), fixed(kTop), fixed(kHeight - kBottom),
                    text_at(px(tick), kHeight - kBottom + 16, "middle", tick_text(tick)));
  }
  for (const double tick : y_axis.ticks()) {
    svg += sentence("<line class='grid' x1='{}' x2='{}' y1='{}' y2='{}'/>{}", fixed(kLeft),
                    fixed(kWidth - kRight), fixed(py(tick)), fixed(py(tick)),
                    text_at(kLeft - 6, py(tick) + 4, "end", tick_text(tick)));
  }
  svg += "\n" + text_at((kLeft + kWidth - kRight) / 2, kHeight - 8, "middle", chart.x_label) +
         text_at(kLeft, kTop - 2, "end", chart.y_label) + "\n";
  for (std::size_t i = 0; i < chart.lines.size(); ++i) {
    const Line& line = chart.lines[i];
    const std::string colour = kLineColours[i % std::size(kLineColours)];
    std::string points, dots;
    for (std::size_t k = 0; k < std::min(line.x.size(), line.y.size()); ++k) {
      if (!std::isfinite(line.y[k]) || (chart.log_y && line.y[k] <= 0)) continue;
      points += sentence("{},{} ", fixed(px(line.x[k])), fixed(py(line.y[k])));
      if (line.x.size() <= kFew) {
        dots += sentence("<circle cx='{}' cy='{}' r='3' fill='{}'/>", fixed(px(line.x[k])),
                         fixed(py(line.y[k])), colour);
      }
    }
    const double y = kHeight + 18.0 * static_cast<double>(i) + 6;
    svg += sentence(
        "<polyline fill='none' stroke='{}' stroke-width='1.8' points='{}'/>{}"
        "<rect x='{}' y='{}' width='14' height='4' fill='{}'/>{}\n",
        colour, points, dots, fixed(kLeft), fixed(y - 8), colour,
        text_at(kLeft + 20, y, "start", line.label));
  }
  return svg + "</svg>\n";
}

}  // namespace ksampler::conformance
