#include "host/conformance/runs.hpp"

#include "host/base/text.hpp"
#include "host/conformance/settings.hpp"
#include "host/plugin/guard.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace ksampler::conformance {

std::vector<SamplerCase> cases_of(const Subject& subject) {
  const auto plugin = std::make_shared<const toy::Plugin>(subject.copy);
  const toy::Sampler sampler(plugin, subject.index,
                             settings_for(subject, *plugin->samplers()->info(subject.index)));
  std::vector<SamplerCase> cases;
  for (const bool flow : {false, true}) {
    if (SamplerCase one{sampler, flow}; one.fits()) cases.push_back(one);
  }
  return cases;
}

void prepare(Host& host, const SamplerCase& sampler_case, std::uint32_t steps) {
  toy::set_up(host, sampler_case, steps);

  if (sampler_case.info().noise == KS_NOISE_BROWNIAN) host.noise = toy::BrownianPath(3);
}

ks_status run(Host& host, const SamplerCase& sampler_case, ks_sampler* sampler) {
  SamplerPtr own;
  if (sampler == nullptr) {
    own = sampler_case.sampler.create();
    sampler = own.get();
  }
  host.lenient = true;  // undeclared calls have checks of their own
  ks_status status = KS_ERROR;
  std::string thrown;
  if (!guarded(thrown, [&] { status = host.sample(*sampler, sampler_case.info()); })) {
    throw Finding{skip(thrown + "; see exceptions-contained")};
  }
  return status;
}

void run_fine(Host& host, const SamplerCase& sampler_case, ks_sampler* sampler) {
  const ks_status status = run(host, sampler_case, sampler);
  if (status != KS_OK) throw Finding{fail(where(sampler_case) + said(status, host.message))};
}

bool is_finite(const Vector& x) {
  return std::all_of(x.begin(), x.end(), [](double element) { return std::isfinite(element); });
}

std::string status_name(ks_status status) {
  constexpr const char* names[] = {
      "KS_OK", "KS_ERROR", "KS_STOPPED", "KS_INVALID_ARGUMENT", "KS_OUT_OF_MEMORY", "KS_UNSUPPORTED"};
  return status >= 0 && status <= 5 ? names[status] : "status " + std::to_string(status);
}

bool same_bits(const Vector& a, const Vector& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

std::string said(ks_status status, const std::string& message) {
  return status_name(status) +
         (message.empty() ? ", without a message" : ": " + printable(message, 200));
}

std::string where(const SamplerCase& sampler_case) {
  return sampler_case.flow ? "with a flow model, " : "";
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

}  // namespace ksampler::conformance
