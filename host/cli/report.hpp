// Errors and warnings as a compiler prints them:
//
//   pipeline.yaml:12:12: error: 'steps' of node 'base' is 0; it takes a whole number from 1 to 10000
//      12 |     steps: 0
//         |            ^
#ifndef KSAMPLER_CLI_REPORT_HPP
#define KSAMPLER_CLI_REPORT_HPP

#include "host/base/error.hpp"

#include <ostream>
#include <string>

namespace ksampler {

enum class Severity { error, warning, note };

class Report {
 public:
  // `out` must outlive the report.
  Report(std::ostream& out, bool colours) : out_(out), colours_(colours) {}

  void print(const Diagnostic& diagnostic, Severity severity);
  // Each diagnostic of it, and how many there are where that is more than one.
  void print(const Error& error);

 private:
  void print_source(const Place& place);
  std::string coloured(const std::string& text, const char* code) const;
  const std::string& source_of(const std::string& file);

  std::ostream& out_;
  bool colours_;
  std::string source_file_;  // the one read last
  std::string source_;
};

// To standard error, in colours where it has them.
Report stderr_report();

}  // namespace ksampler

#endif
