// What an exported network says of itself, and what is said of it where that does not hold.
#include "host/model/pt2/pt2_contract.hpp"

#include "tests/support/error_text.hpp"

#include <gtest/gtest.h>

#include <sys/utsname.h>

namespace ksampler {
namespace {

using test::error_text;

Pt2Metadata metadata() {
  utsname system{};
  uname(&system);
  return {{"ksampler.format", "1"},          {"ksampler.channels", "4"},
          {"ksampler.context_width", "768"}, {"ksampler.label_width", "0"},
          {"ksampler.size_numbers", "0"},    {"ksampler.latent_scale", "0.18215"},
          {"ksampler.prediction", "v"},      {"ksampler.dtype", "fp16"},
          {"ksampler.batch", "1:4"},         {"ksampler.height", "64:64"},
          {"ksampler.width", "64:96"},       {"ksampler.tokens", "77:77"},
          {"ksampler.multiple_of", "8"},     {"ksampler.torch", "2.15.0"},
          {"AOTI_DEVICE_KEY", "cpu"},        {"AOTI_PLATFORM", "linux"},
          {"AOTI_MACHINE", system.machine},  {"AOTI_CPU_ISA", ""}};
}

Pt2Metadata with(const std::string& key, const std::string& value) {
  Pt2Metadata changed = metadata();
  changed[key] = value;
  return changed;
}

std::string error_of(const std::string& key, const std::string& value) {
  return error_text([&] { read_pt2_contract(with(key, value), "m.pt2"); });
}

std::string machine_error(const std::string& key, const std::string& value,
                          at::Device device = at::kCPU) {
  return error_text([&] { check_pt2_machine(with(key, value), "m.pt2", device, "2.15.0"); });
}

TEST(Pt2Contract, IsReadOffTheMetadata) {
  const Pt2Contract contract = read_pt2_contract(metadata(), "m.pt2");
  EXPECT_EQ(contract.facts.channels, 4);
  EXPECT_EQ(contract.facts.text_width, 768);
  EXPECT_EQ(contract.latent_scale, 0.18215);
  EXPECT_EQ(contract.sampling.prediction(), static_cast<std::uint32_t>(KS_PREDICTION_V));
  EXPECT_EQ(contract.dtype, at::kHalf);
  EXPECT_EQ(contract.batch, (Pt2Range{1, 4}));
  EXPECT_EQ(contract.width, (Pt2Range{64, 96}));
  EXPECT_EQ(contract.multiple_of, 8);
}

TEST(Pt2Contract, NamesTheKeyThatIsMissing) {
  for (const auto& [key, value] : metadata()) {
    if (!key.starts_with("ksampler.") || key == "ksampler.torch") continue;
    Pt2Metadata less = metadata();
    less.erase(key);
    EXPECT_EQ(
        error_text([&] { read_pt2_contract(less, "m.pt2"); }),
        "m.pt2: the package's metadata has no '" + key + "': make it with training/export_pt2.py");
  }
}

TEST(Pt2Contract, SaysWhatAKeyShouldHold) {
  const std::string found = "m.pt2: the package's metadata has ";
  EXPECT_EQ(error_of("ksampler.channels", "four"),
            found + "'four' as 'ksampler.channels'; expected a whole number");
  EXPECT_EQ(error_of("ksampler.channels", "0"),
            found + "'0' as 'ksampler.channels'; expected a whole number from 1");
  EXPECT_EQ(error_of("ksampler.latent_scale", "nan"),
            found + "'nan' as 'ksampler.latent_scale'; expected a number above 0");
  EXPECT_EQ(error_of("ksampler.dtype", "fp8"),
            found + "'fp8' as 'ksampler.dtype'; expected fp32, fp16 or bf16");
  EXPECT_EQ(
      error_of("ksampler.format", "2"),
      found +
          "'2' as 'ksampler.format'; expected 1: the package is for another version of this program");
  EXPECT_EQ(error_of("ksampler.size_numbers", "6"),
            found + "'6' as 'ksampler.size_numbers'; expected 0 without a label, else 5 or 6");
  EXPECT_EQ(error_of("ksampler.prediction", "epsilon"),
            found +
                "'epsilon' as 'ksampler.prediction'; expected eps, v, v_zsnr, edm, flow, flux, x0 and "
                "cosmos_flow");
  for (const char* range : {"64", "8:", ":8", "0:8", "16:8", "1:8:9", "a:b"}) {
    EXPECT_EQ(error_of("ksampler.batch", range),
              found + "'" + range +
                  "' as 'ksampler.batch'; expected two whole numbers "
                  "from 1, as 16:128");
  }
}

TEST(Pt2Contract, RefusesASizeOutsideWithWhatItIsFor) {
  const Pt2Contract contract = read_pt2_contract(metadata(), "m.pt2");
  check_pt2_size(contract, {9, 4, 64, 72});
  EXPECT_EQ(
      error_text([&] {
        check_pt2_size(contract, {1, 4, 96, 96});
      }),
      "this network was exported for pictures 512 to 768 pixels wide and 512 high, in multiples of "
      "64; this one is 768 wide and 768 high: choose a size of those, or export the model again with "
      "a --height and --width that hold 96 and 96, its latent's cells");
  EXPECT_NE(error_text([&] {
              check_pt2_size(contract, {1, 4, 64, 68});
            }).find("544 wide"),
            std::string::npos);
  EXPECT_EQ(
      error_text([&] { check_pt2_tokens(contract, 154); }),
      "this network was exported for texts of 77 tokens; this one has 154: use a prompt of another "
      "length, or export the model again with --tokens that hold it");
}

TEST(Pt2Contract, RefusesCodeOfAnotherLibTorch) {
  EXPECT_EQ(
      machine_error("ksampler.torch", "2.7.1"),
      "m.pt2: the package holds code for LibTorch 2.7.1; this is LibTorch 2.15.0: export the model "
      "again, with PyTorch 2.15.0");
  EXPECT_EQ(
      machine_error("ksampler.torch", ""),
      "m.pt2: the package holds code for LibTorch of an unknown version; this is LibTorch 2.15.0: "
      "export the model again, with PyTorch 2.15.0");
  check_pt2_machine(with("ksampler.torch", "2.15.3"), "m.pt2", at::kCPU, "2.15.0");
}

TEST(Pt2Contract, RefusesCodeForAnotherDeviceOrProcessor) {
  utsname system{};
  uname(&system);
  EXPECT_EQ(
      machine_error("AOTI_MACHINE", "sparc64"),
      std::string("m.pt2: the package holds code for a machine 'sparc64' with 'linux'; this is a ") +
          system.machine + " with linux: export the model again, here");
  EXPECT_EQ(
      machine_error("AOTI_DEVICE_KEY", "cuda"),
      "m.pt2: the package holds code for the device 'cuda'; this run is on 'cpu': choose another with "
      "--device, or export the model again with --device cpu");
  EXPECT_EQ(
      machine_error("AOTI_DEVICE_KEY", "cpu", at::Device(at::kCUDA, 0)),
      "m.pt2: the package holds code for the device 'cpu'; this run is on 'cuda': choose another with "
      "--device, or export the model again with --device cuda");
}

}  // namespace
}  // namespace ksampler
