// KJNodes' INTConstant, FloatConstant and StringConstant, and rgthree's Seed.
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/nodes/packs/functions.hpp"

#include <cstdio>
#include <cstdlib>

namespace ksampler {

std::vector<Value> run_int_constant(const NodeContext&, const Inputs& in) {
  return {in.integer("value")};
}

// Rounded to 6 decimals as Python's round() does: to the nearest text, and back.
std::vector<Value> run_float_constant(const NodeContext&, const Inputs& in) {
  char text[400];  // the largest double has 309 digits before the point
  std::snprintf(text, sizeof text, "%.6f", in.number("value"));
  return {std::strtod(text, nullptr)};
}

std::vector<Value> run_string_constant(const NodeContext&, const Inputs& in) {
  return {in.text("string")};
}

// Below 0 its editor draws a seed, or counts from the last one, each time that a run is asked for.
std::vector<Value> run_seed(const NodeContext&, const Inputs& in) {
  const std::int64_t seed = in.integer("seed");
  if (seed == -1 || seed == -2 || seed == -3) {
    throw Error(
        sentence("'seed' is {}, which asks rgthree's editor for {}, so that each run is another "
                 "one; expected the seed itself, 0 or above",
                 seed,
                 seed == -1   ? "a random one"
                 : seed == -2 ? "the last one and 1"
                              : "the last one less 1"));
  }
  return {seed};
}

}  // namespace ksampler
