#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/conformance/reports.hpp"

#include <cstdio>
#include <string>

namespace ksampler::conformance {
namespace {

constexpr const char* kOutcomeColours[] = {"32", "2", "33", "1;31"};  // green, faint, yellow, red

std::string coloured(const std::string& text, Outcome outcome, bool colours) {
  if (!colours) return text;
  return std::string("\033[") + kOutcomeColours[static_cast<std::size_t>(outcome)] + "m" + text +
         "\033[0m";
}

}  // namespace

std::string sum_text(const Report& report) {
  return sentence("{} passed, {} warned, {} skipped, {} failed{}", report.count(Outcome::pass),
                  report.count(Outcome::warn), report.count(Outcome::skip), report.count(Outcome::fail),
                  report.not_asked == 0 ? "" : sentence("; {} do not apply", report.not_asked));
}

void print_score_card(const Report& report, bool colours, std::ostream& out) {
  constexpr std::size_t kNameWidth = 28;
  out << report.file.string() << "\n";
  std::string group;
  for (const Entry& entry : report.entries) {
    if (entry.check->group != group) {
      group = entry.check->group;
      out << "\n" << group << "\n";
    }
    const Outcome outcome = entry.outcome();
    std::string name = entry.check->name;
    const std::string detail = printable(entry.detail(), 600);
    if (!detail.empty()) name.resize(std::max(name.size(), kNameWidth), ' ');
    out << "  " << coloured(outcome_name(outcome), outcome, colours) << "  " << name;
    if (!detail.empty())
      out << " " << coloured(detail, outcome == Outcome::pass ? Outcome::skip : outcome, colours);
    out << "\n";
  }
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, " (%.1f s)", report.seconds);
  const Outcome whole = report.failed() ? Outcome::fail : Outcome::pass;
  out << "\n" << coloured(sum_text(report), whole, colours) << seconds << "\n";
}

}  // namespace ksampler::conformance
