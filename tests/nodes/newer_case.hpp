// A case of tests/data/parity_newer: a few nodes, and what ComfyUI's own make of them.
#ifndef KSAMPLER_TESTS_NODES_NEWER_CASE_HPP
#define KSAMPLER_TESTS_NODES_NEWER_CASE_HPP

#include "tests/nodes/kept_values.hpp"

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace ksampler {

struct NewerCase {
  std::string name;                            // "GrowMask by 3 of box with square corners"
  std::string nodes;                           // as a pipeline
  std::map<std::string, std::string> outputs;  // what each is, "pixels", "latent", by its keeper
  double tolerance = 0;                        // of the largest value of a part
  std::string decided;                         // why it differs on purpose; empty: it does not
  // By "<output>" or, of a latent with what travels along, "<output>.mask" and the like.
  std::map<std::string, std::variant<double, std::string>> values;
  NamedTensors tensors;
};

std::vector<NewerCase> newer_cases();

// What our nodes make of it, in the same way. Throws Error.
void run_newer_case(const NewerCase& wanted, NewerCase& made);

}  // namespace ksampler

#endif
