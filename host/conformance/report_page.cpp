#include "host/base/sentence.hpp"
#include "host/conformance/chart.hpp"
#include "host/conformance/reports.hpp"
#include "host/conformance/sample_strip.hpp"

#include <algorithm>
#include <cstdio>

namespace ksampler::conformance {
namespace {

constexpr const char* kStyle = R"(
  :root { color-scheme: light dark; --line: #8884; --faint: #888; }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 1180px; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.5rem; margin-bottom: 0; }
  h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
  code { font-size: .9em; }
  p.sum { font-size: 1.1rem; }
  table { border-collapse: collapse; width: 100%; }
  td { border-top: 1px solid var(--line); padding: .3rem .6rem .3rem 0; vertical-align: top; }
  td:first-child { width: 4rem; font-weight: 600; }
  td:nth-child(2) { width: 15rem; white-space: nowrap; }
  .sentence { color: var(--faint); }
  .pass { color: #15803d; } .warn { color: #b45309; } .fail { color: #dc2626; } .skip { color: var(--faint); }
  .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(440px, 1fr)); gap: 1rem; }
  svg { width: 100%; font: 12px system-ui, sans-serif; fill: currentColor; }
  .grid { stroke: var(--line); }
)";

std::string two_digits(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

// A chart for each sampler that has curves of `kind`.
std::string charts(const Report& report, const std::string& kind) {
  std::string html;
  for (const Entry& entry : report.entries) {
    for (const Part& part : entry.parts) {
      Chart chart;
      for (const Curve& curve : part.result.curves) {
        if (curve.kind != kind) continue;
        std::string label = curve.name + (curve.name == "flow" ? " model" : " noise");
        if (kind == "convergence") label += ": slope " + two_digits(-curve.slope);
        chart.lines.push_back({label, curve.x, curve.y});
      }
      if (chart.lines.empty()) continue;
      chart.title = part.name + (part.result.outcome == Outcome::pass ? "" : ": " + part.result.detail);
      if (kind == "convergence") {
        chart.x_label = "steps";
        chart.y_label = "error";
        chart.log_y = true;
      } else {
        chart.x_label = "sigma, falling as in a run of 200 steps";
        chart.y_label = "of theory";
        chart.falling_x = true;
        chart.shown = {0.9, 1.1};  // so that a variance that is right looks it
      }
      html += "<div>" + svg_text(chart) + "</div>\n";
    }
  }
  return html;
}

// A strip of pictures for each sampler that drew some.
std::string samples(const Report& report) {
  std::string html;
  for (const Entry& entry : report.entries) {
    for (const Part& part : entry.parts) {
      std::vector<const Curve*> pictures;
      for (const Curve& curve : part.result.curves) {
        if (curve.kind == "sample") pictures.push_back(&curve);
      }
      if (pictures.empty()) continue;
      const bool fine = part.result.outcome == Outcome::pass;
      html += "<div>" + strip_text(part.name + (fine ? "" : ": " + part.result.detail), pictures) +
              "</div>\n";
    }
  }
  return html;
}

std::string table(const Report& report) {
  std::string html, group;
  for (const Entry& entry : report.entries) {
    if (entry.check->group != group) {
      html += (group.empty() ? "" : "</table>\n");
      group = entry.check->group;
      html += "<h2>" + group + "</h2>\n<table>\n";
    }
    const std::string outcome = outcome_name(entry.outcome());
    html += sentence(
        "<tr><td class='{}'>{}</td><td><code>{}</code></td><td>{} "
        "<span class='sentence'>{}</span></td></tr>\n",
        outcome, outcome, entry.check->name, escaped(entry.detail()), escaped(entry.check->sentence));
  }
  return html + (group.empty() ? "" : "</table>\n");
}

}  // namespace

std::string page_text(const Report& report) {
  const std::string name = escaped(report.file.filename().string());
  std::string html = sentence(
      "<!doctype html>\n<html lang='en'>\n<head><meta charset='utf-8'>"
      "<meta name='viewport' content='width=device-width'><title>{}</title><style>{}</style></head>\n"
      "<body>\n<h1>{}</h1>\n<p class='sum {}'>{}</p>\n{}",
      name, kStyle, name, report.failed() ? "fail" : "pass", sum_text(report), table(report));
  if (const std::string drawn = charts(report, "convergence"); !drawn.empty()) {
    html += sentence(
        "<h2>Convergence</h2>\n<p>The error against the exact flow of Gaussian data. The slope is "
        "minus the order.</p>\n<div class='charts'>\n{}</div>\n",
        drawn);
  }
  if (const std::string drawn = charts(report, "variance"); !drawn.empty()) {
    html += sentence(
        "<h2>Variance by step</h2>\n<p>The variance of the latent over that of the diffusion at the "
        "same noise level; 1 is right.</p>\n<div class='charts'>\n{}</div>\n",
        drawn);
  }
  if (const std::string drawn = samples(report); !drawn.empty()) {
    html += sentence(
        "<h2>A sample</h2>\n<p>The latent on its way from noise to one of the four pictures that a "
        "small model knows.</p>\n<div class='charts'>\n{}</div>\n",
        drawn);
  }
  return html + "</body>\n</html>\n";
}

}  // namespace ksampler::conformance
