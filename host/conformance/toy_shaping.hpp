// A noise source in a run of the toy host: handed one draw after the other.
#ifndef KSAMPLER_CONFORMANCE_TOY_SHAPING_HPP
#define KSAMPLER_CONFORMANCE_TOY_SHAPING_HPP

#include "host/conformance/toy_host.hpp"

#include <ks/ks.h>

#include <cstdint>

namespace ksampler::toy {

struct Shaped {
  ks_status status = KS_ERROR;
  Vector noise;
};

// One run: begin() in the constructor, end() in the destructor.
class Shaping {
 public:
  // `host` has the noise levels, the geometry of its x, and in `noise` what a source draws besides.
  Shaping(ks_noise& noise, Host& host);
  ~Shaping();
  Shaping(const Shaping&) = delete;

  ks_status begun() const { return begun_; }
  Shaped shape(Vector white, double sigma, double sigma_next);
  void end();

 private:
  ks_noise& noise_;
  Host& host_;
  const ks_run* run_;
  ks_status begun_ = KS_OK;
  std::uint32_t index_ = 0;
  bool ended_ = false;
};

}  // namespace ksampler::toy

#endif
