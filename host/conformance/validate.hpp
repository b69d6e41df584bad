// All checks of one plugin.
#ifndef KSAMPLER_CONFORMANCE_VALIDATE_HPP
#define KSAMPLER_CONFORMANCE_VALIDATE_HPP

#include "host/conformance/check.hpp"
#include "host/conformance/child.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace ksampler::conformance {

// The result for one sampler or scheduler; of other checks there is one part, without a name.
struct Part {
  std::string name;
  Result result;
};

struct Entry {
  const Check* check;
  std::vector<Part> parts;

  // The worst of its parts; a skip counts only where there is nothing else.
  Outcome outcome() const;
  // What to say of it: the details of the worst parts, with their names.
  std::string detail() const;
};

struct Report {
  std::filesystem::path file;
  std::vector<Entry> entries;
  std::size_t not_asked = 0;  // checks of samplers or schedulers where there are none
  double seconds = 0;

  std::size_t count(Outcome outcome) const;
  bool failed() const { return count(Outcome::fail) > 0; }
};

// What is asked of a validation.
struct Request {
  std::filesystem::path file;              // of the plugin
  std::vector<std::string> only;           // names of checks and groups; empty for all
  std::map<std::string, std::string> set;  // parameters with other values than their defaults
  std::vector<std::string> exact_for;      // what `integrates-exactly` must find
  // A library to compare with, "a.so", or one sampler or scheduler of it, "a.so:euler"; empty: none.
  std::string same_as;
};

// Gates are always run, and reported only where they are asked for or fail. Throws Error where there is
// no such file, or no such name.
Report validate(const Request& request, const ChildLimits& limits = {});
Report validate(const std::filesystem::path& file, const std::vector<std::string>& only = {},
                const ChildLimits& limits = {});

}  // namespace ksampler::conformance

#endif
