// Each case of tests/data/parity_newer gives what ComfyUI's nodes gave, but for those that say why not.
#include "host/base/error.hpp"
#include "tests/nodes/newer_case.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>

namespace ksampler {
namespace {

class NewerCases : public testing::TestWithParam<NewerCase> {};

std::string shape_of(const at::Tensor& tensor) { return testing::PrintToString(tensor.sizes().vec()); }

// What is different of two tensors; empty: nothing that counts. The case's tolerance was set by its
// kind (the files of cases in tests/data/parity_newer).
std::string difference_between(const at::Tensor& ours, const at::Tensor& theirs, double tolerance) {
  if (ours.sizes() != theirs.sizes())
    return "is " + shape_of(ours) + " in place of " + shape_of(theirs);
  if (theirs.numel() == 0) return "";
  if (theirs.scalar_type() == at::kLong) return at::equal(ours, theirs) ? "" : "has other numbers";
  const double largest = theirs.abs().max().item<double>();
  const double off = (ours.to(at::kDouble) - theirs.to(at::kDouble)).abs().max().item<double>();
  if (off <= tolerance * largest) return "";
  return "is off by " + std::to_string(off) + " of " + std::to_string(largest);
}

std::string difference_between(const std::variant<double, std::string>& ours,
                               const std::variant<double, std::string>& theirs, double tolerance) {
  const double* mine = std::get_if<double>(&ours);
  const double* yours = std::get_if<double>(&theirs);
  const bool same = mine != nullptr && yours != nullptr
                        ? std::abs(*mine - *yours) <= tolerance * std::abs(*yours)
                        : ours == theirs;
  return same ? ""
              : "is " + testing::PrintToString(ours) + " in place of " + testing::PrintToString(theirs);
}

template <typename Parts>
void compare_parts(const Parts& ours, const Parts& theirs, double tolerance, std::string& all) {
  for (const auto& [name, part] : theirs) {
    const auto at = ours.find(name);
    const std::string what =
        at == ours.end() ? "is not there" : difference_between(at->second, part, tolerance);
    if (!what.empty()) all += name + " " + what + "; ";
  }
  for (const auto& [name, part] : ours) {
    if (!theirs.contains(name)) all += name + " is too much; ";
  }
}

std::string difference_of(const NewerCase& wanted) {
  NewerCase made;
  try {
    run_newer_case(wanted, made);
  } catch (const Error& error) {
    return std::string("fails: ") + error.what();
  }
  std::string all;
  compare_parts(made.tensors, wanted.tensors, wanted.tolerance, all);
  compare_parts(made.values, wanted.values, wanted.tolerance, all);
  return all;
}

TEST_P(NewerCases, GiveTheSameHere) {
  const std::string found = difference_of(GetParam());
  if (GetParam().decided.empty()) {
    EXPECT_EQ(found, "") << GetParam().name;
  } else {
    EXPECT_NE(found, "") << GetParam().name
                         << " is no longer different; it was: " << GetParam().decided;
  }
}

INSTANTIATE_TEST_SUITE_P(OfItsNodes, NewerCases, testing::ValuesIn(newer_cases()),
                         [](const auto& instance) {
                           std::string name =
                               std::to_string(instance.index) + "_" + instance.param.name;
                           for (char& c : name) {
                             if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace ksampler
