// What a validation found: for a terminal, for programs, and as a page.
#ifndef KSAMPLER_CONFORMANCE_REPORTS_HPP
#define KSAMPLER_CONFORMANCE_REPORTS_HPP

#include "host/conformance/validate.hpp"

#include <ostream>
#include <string>

namespace ksampler::conformance {

// A line a check, group by group, and the sum.
void print_score_card(const Report& report, bool colours, std::ostream& out);

// One object.
std::string json_text(const Report& report);

// One page of HTML with nothing outside of it: the table, and pictures of what was measured.
std::string page_text(const Report& report);

// "53 passed, 1 warned, 4 skipped, 0 failed"
std::string sum_text(const Report& report);

}  // namespace ksampler::conformance

#endif
