// Random calls of a plugin into the host of `ksampler validate`.
#include "host/conformance/toy_host.hpp"
#include "host/conformance/toy_shaping.hpp"
#include "tests/fuzz/abi_calls.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ksampler;
  fuzz::Input input(data, size);
  toy::Host host;
  host.sigmas = {8, 2, 0.5, 0};
  host.x = {-1, 0.5, 7};
  host.denoiser = toy::gaussian(0.3, 0.8, false);
  ks_sampler_info info{};
  info.size = sizeof info;
  const std::uint8_t declared = input.byte();
  info.noise = declared & 1 ? std::uint32_t{KS_NOISE_GAUSSIAN} : std::uint32_t{KS_NOISE_NONE};
  info.inside = declared & 64 ? "heun" : nullptr;
  info.flags = declared & 2 ? std::uint32_t{KS_SAMPLER_UNCONDITIONAL} : 0u;
  host.faults.model_call = declared & 4 ? 3 : 0;
  host.faults.create = declared & 8 ? 2 : 0;
  host.stop_at_step = declared & 16 ? 2 : 0;
  const bool shapes = (declared & 32) != 0;
  if (shapes) {
    host.x = {-1, 0.5, 7, 2, 3, -4, 0, 1};
    host.channels = host.height = 2;
  }
  const std::size_t elements = host.x.size();
  fuzz::AbiCalls calls(input);
  if (shapes) {
    toy::Shaping shaping(*calls.noise(), host);
    const toy::Shaped shaped = shaping.shape(host.x, 0, 8);
    KSAMPLER_FUZZ_EXPECT(shaped.noise.size() == elements);
    return 0;
  }
  host.sample(*calls.sampler(), info);
  // Whatever a plugin asks for, the host writes to no memory but its tensors'.
  KSAMPLER_FUZZ_EXPECT(host.guards_intact && host.changed_input.empty() && host.x.size() == elements);
  return 0;
}
