#include "host/conformance/check.hpp"

#include <iterator>

namespace ksampler::conformance {

const char* outcome_name(Outcome outcome) {
  constexpr const char* names[] = {"pass", "skip", "warn", "fail"};
  return names[static_cast<std::size_t>(outcome)];
}

const Checks& all_checks() {
  static const Checks all = [] {
    Checks checks;
    for (const auto part :
         {file_checks,   load_checks,     process_checks,   contract_checks,  parameter_checks,
          effect_checks, error_checks,    sigma_checks,     progress_checks,  order_checks,
          away_checks,   exact_checks,    end_checks,       variance_checks,  noise_checks,
          churn_checks,  guidance_checks, repeat_checks,    precision_checks, split_checks,
          sample_checks, same_as_checks,  scheduler_checks, guider_checks,    noise_source_checks}) {
      const Checks some = part();
      checks.insert(checks.end(), some.begin(), some.end());
    }
    return checks;
  }();
  return all;
}

}  // namespace ksampler::conformance
