// Pictures of curves, as SVG within a page.
#ifndef KSAMPLER_CONFORMANCE_CHART_HPP
#define KSAMPLER_CONFORMANCE_CHART_HPP

#include <string>
#include <vector>

namespace ksampler::conformance {

struct Line {
  std::string label;
  std::vector<double> x;
  std::vector<double> y;
};

struct Chart {
  std::string title;
  std::string x_label;
  std::string y_label;
  bool log_y = false;  // x is logarithmic always
  bool falling_x = false;
  std::vector<double> shown;  // values of y that are within the picture in any case
  std::vector<Line> lines;
};

// An <svg> element with axes, ticks, lines and a legend.
std::string svg_text(const Chart& chart);

// `text` with what HTML takes for its own written out.
std::string escaped(const std::string& text);

}  // namespace ksampler::conformance

#endif
