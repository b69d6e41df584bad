// What is not there of all that pipelines need: node types and files, with how many ask for each.
#ifndef KSAMPLER_CLI_MISSING_HPP
#define KSAMPLER_CLI_MISSING_HPP

#include "host/base/error.hpp"

#include <cstddef>
#include <map>
#include <ostream>
#include <string>

namespace ksampler {

class Missing {
 public:
  // Of one pipeline: what was found wrong with it. Whether something is missing: else other things are
  // wrong with it.
  bool add(const Error& error);
  void print(std::ostream& out) const;
  bool empty() const { return types_.empty() && files_.empty(); }

 private:
  std::map<std::string, std::size_t> types_;  // and in how many pipelines
  std::map<std::string, std::size_t> files_;
};

}  // namespace ksampler

#endif
