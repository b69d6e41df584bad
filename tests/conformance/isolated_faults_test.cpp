// What an isolated plugin is told where the host fails, though it does not wait for a tensor that it
// makes.
#include "host/conformance/toy_guiding.hpp"
#include "host/conformance/toy_host.hpp"
#include "host/plugin/isolation/isolated_library.hpp"
#include "host/plugin/manifest.hpp"

#include <gtest/gtest.h>

namespace ksampler {
namespace {

std::shared_ptr<const Library> isolated(const std::string& plugin) {
  const IsolationSettings settings{.program = BINARY_DIR "/bin/ksampler-isolate"};
  return isolated_library(read_manifest(BINARY_DIR "/plugins/" + plugin + "/plugin.toml"), settings);
}

class IsolatedGuider : public ::testing::Test {
 protected:
  // What APG makes of a question, in a run in which the host cannot make the tensor of that number.
  ks_status asked(std::uint32_t refused_tensor, std::uint32_t questions = 1) {
    toy::Host host;
    host.sigmas = {8, 2, 0};
    host.x = {1, 2, 3};
    host.faults.create = refused_tensor;
    host.faults.status = KS_OUT_OF_MEMORY;
    const GuiderInstance apg = guidance_->make_guider("apg", std::vector<ParamValue>{0.5, 5.0, 0.0});
    toy::Guiding guiding(*apg.get(), KS_GUIDER_BEFORE, host);
    toy::Question question;
    question.x = {1, 2, 3};
    question.positive = {0.4, -0.2, 0.9};
    question.negative = {0.1, 0.3, 0.8};
    ks_status status = KS_OK;
    while (questions-- > 0) status = guiding.ask(question).status;
    calls_after_failure_ = host.counters.calls_after_failure;
    return status;
  }

  std::shared_ptr<const Library> guidance_ = isolated("guidance");
  std::uint32_t calls_after_failure_ = 0;
};

TEST_F(IsolatedGuider, IsToldByItsNextCallThatThereWasNoRoomForATensor) {
  for (const std::uint32_t tensor : {1, 2, 3, 4, 5}) {
    EXPECT_EQ(asked(tensor), KS_OUT_OF_MEMORY) << "tensor " << tensor;
    EXPECT_EQ(calls_after_failure_, 0u) << "tensor " << tensor;
  }
}

TEST_F(IsolatedGuider, GoesOnWithTheNextQuestion) { EXPECT_EQ(asked(2, /*questions=*/2), KS_OK); }

TEST_F(IsolatedGuider, GivesItsTensorsBackWithoutACall) {
  // Some five a question: the host would refuse more than 1024 at once.
  EXPECT_EQ(asked(0, /*questions=*/500), KS_OK);
}

}  // namespace
}  // namespace ksampler
