// Runs of a plugin's samplers, for checks.
#ifndef KSAMPLER_CONFORMANCE_RUNS_HPP
#define KSAMPLER_CONFORMANCE_RUNS_HPP

#include "host/conformance/check.hpp"
#include "host/conformance/sampler_case.hpp"

#include <string>
#include <vector>

namespace ksampler::conformance {

using toy::Host;
using toy::Lists;
using toy::SamplerCase;
using toy::SamplerPtr;
using toy::Values;
using toy::Vector;

// The sampler in question, once for each kind of model that it is made for.
std::vector<SamplerCase> cases_of(const Subject& subject);

// A host set up for it: three elements, Gaussian data, `steps` steps to 0, the noise that it declares.
void prepare(Host& host, const SamplerCase& sampler_case, std::uint32_t steps);

// Runs it; `sampler` is made with the defaults where it is null. What it throws across the ABI ends the
// check: a skip, as there is a check for that.
ks_status run(Host& host, const SamplerCase& sampler_case, ks_sampler* sampler = nullptr);

// The same, and anything but KS_OK ends the check as a fail.
void run_fine(Host& host, const SamplerCase& sampler_case, ks_sampler* sampler = nullptr);

bool is_finite(const Vector& x);

// "KS_ERROR"
std::string status_name(ks_status status);

// A status and the message with it: "KS_ERROR: the reason".
std::string said(ks_status status, const std::string& message);

// As bits: a negative zero is not a zero, and what is no number compares, too.
bool same_bits(const Vector& a, const Vector& b);

// "with a flow model, ", where that is so.
std::string where(const SamplerCase& sampler_case);

// A number for people.
std::string number(double value);

}  // namespace ksampler::conformance

#endif
