// A check of the conformance kit: a name, a sentence that says what it asks, and a function that finds
// out.
#ifndef KSAMPLER_CONFORMANCE_CHECK_HPP
#define KSAMPLER_CONFORMANCE_CHECK_HPP

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace ksampler::conformance {

enum class Outcome { pass, skip, warn, fail };  // the worse, the later

const char* outcome_name(Outcome outcome);

// Points to be drawn: the error of a run with x steps, say, and the slope that was measured.
struct Curve {
  std::string name;
  std::string kind;  // "convergence", "variance", "sample"
  std::vector<double> x;
  std::vector<double> y;
  double slope = 0;
};

struct Result {
  Outcome outcome = Outcome::pass;
  std::string detail;
  std::vector<Curve> curves;
  // What the plugin provides, by id in its order; of the check `loads` alone.
  std::vector<std::string> samplers;
  std::vector<std::string> schedulers;
  std::vector<std::string> guiders;
  std::vector<std::string> noises;
};

inline Result pass(std::string detail = {}) {
  return {Outcome::pass, std::move(detail), {}, {}, {}, {}, {}};
}
inline Result skip(std::string detail) {
  return {Outcome::skip, std::move(detail), {}, {}, {}, {}, {}};
}
inline Result warn(std::string detail) {
  return {Outcome::warn, std::move(detail), {}, {}, {}, {}, {}};
}
inline Result fail(std::string detail) {
  return {Outcome::fail, std::move(detail), {}, {}, {}, {}, {}};
}

// Ends a check from within; becomes its result.
struct Finding {
  Result result;
};

// What a check is asked about. The file is the author's; the copy is what gets loaded, so that a build
// may overwrite the file meanwhile.
struct Subject {
  std::filesystem::path file;
  std::filesystem::path copy;
  std::uint32_t index = 0;  // of the sampler, scheduler, guider or noise
  // Parameters with other values than their defaults, as text: "eta" and "0".
  std::map<std::string, std::string> set;
  std::vector<std::string> exact_for;  // what `integrates-exactly` must find
  // Another library to compare with, and its copy; empty where there is none.
  std::filesystem::path other;
  std::filesystem::path other_copy;
  std::string other_id;  // of its sampler or scheduler; empty: of the same id, or the only one
};

// What a check is asked of: the file with no code of it run; the loaded plugin; the plugin with all
// that it provides used once; each of its samplers; each of its schedulers, guiders and noises.
enum class Scope { file, plugin, whole, sampler, scheduler, guider, noise };

// Runs in a process of its own, with a time limit. A gate comes before the other checks of its scope,
// which are skipped where it fails.
struct Check {
  const char* name;
  const char* group;
  Scope scope;
  const char* sentence;
  Result (*run)(const Subject&);
  bool gate = false;
  bool compares = false;  // with another library: is asked where one is given
};

using Checks = std::vector<Check>;

// One file each.
Checks file_checks();
Checks load_checks();
Checks process_checks();  // of the group `load` too: what is left behind
Checks contract_checks();
Checks parameter_checks();
Checks effect_checks();  // of the group `parameters` too
Checks error_checks();
Checks sigma_checks();  // of the group `errors` too
Checks progress_checks();
Checks order_checks();  // of the group `numerics`, as the next twelve
Checks away_checks();
Checks exact_checks();
Checks end_checks();
Checks variance_checks();
Checks noise_checks();
Checks churn_checks();
Checks guidance_checks();
Checks repeat_checks();
Checks precision_checks();
Checks split_checks();
Checks sample_checks();
Checks same_as_checks();
Checks scheduler_checks();
Checks guider_checks();
Checks noise_source_checks();

// All of them, group by group.
const Checks& all_checks();

}  // namespace ksampler::conformance

#endif
