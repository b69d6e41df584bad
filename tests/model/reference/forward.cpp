// How far a network is from what diffusers or transformers computed with it, and how long it takes: run
// by hand on what reference/full_size.py, full_size_parts.py and full_size_transformers.py write. The
// case says which it is.
//
//   ksampler_network_forward MODEL.safetensors CASE.safetensors [RUNS]
#include "host/base/error.hpp"
#include "host/model/load/load_model.hpp"
#include "host/model/load/load_text.hpp"
#include "host/model/network/tensors.hpp"

#include <ATen/TensorOperators.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <limits>
#include <string>

namespace ksampler {
namespace {

struct Case {
  std::shared_ptr<const TensorFile> model;
  std::shared_ptr<const TensorFile> file;
  int runs;

  bool has(const std::string& name) const { return file->tensors().contains(name); }
  at::Tensor operator()(const std::string& name) const { return map_tensor(file, name); }
  Weights weights() const { return {model, at::kCPU, at::kFloat}; }
};

void print_difference(const std::string& what, const at::Tensor& out, const at::Tensor& expected) {
  std::printf("%s: differs by %.2e of the largest value\n", what.c_str(),
              ((out - expected).abs().max() / expected.abs().max()).item<double>());
}

// Runs it, and prints the difference from the tensor `expected`, and the times.
void compare(const Case& given, const std::string& what, const std::string& expected,
             const std::string& seconds, const std::function<at::Tensor()>& network) {
  at::Tensor out;
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < given.runs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    out = network();
    best =
        std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  print_difference(what, out, given(expected));
  const double reference = given(seconds).item<double>();
  std::printf("  %.2f s, the reference %.2f s (%.2f times)\n", best, reference, best / reference);
}

void compare_network(const Case& given) {
  const Weights weights = given.weights().within("model.diffusion_model.");
  const auto family =
      std::ranges::find_if(families(), [&](const Family* each) { return each->is_of(weights); });
  const std::shared_ptr<const Network> network = (*family)->network(weights);
  NetworkInput input{.x = given("x"), .timesteps = given("t"), .text = given("context")};
  if (given.has("pooled")) input.pooled = given("pooled");
  if (given.has("token_ids")) {
    input.token_ids = given("token_ids");
    input.token_weights = given("token_weights");
  }
  if (given.has("guidance")) input.guidance = given("guidance");
  if (given.has("sizes")) input.numbers = given("sizes").view({1, -1});
  compare(given, (*family)->name, "out", "seconds", [&] { return network->predict(input); });
}

void compare_autoencoder(const Case& given) {
  NetworkCache cache;
  const auto loaded = find_autoencoder(given.model, at::kCPU).value.hold(cache);
  compare(given, "autoencoder, encode", "mean", "seconds.encode",
          [&] { return loaded->encode(given("pixels")); });
  compare(given, "autoencoder, decode", "decoded", "seconds.decode",
          [&] { return loaded->decode(given("latent")); });
}

void compare_text(const Case& given) {
  const auto encoder = load_text_encoder(given.weights());
  const TextTower& tower = encoder->towers().front();
  const ClipText& network = *tower.network;
  const at::Tensor tokens = given("tokens");
  ClipTextOutput last;
  compare(given, tower.rules.name + ", last layer", "last", "seconds.text", [&] {
    last = network(tokens, -1, /*norm=*/true);
    return last.hidden;
  });
  print_difference(tower.rules.name + ", last but one", network(tokens, -2, false).hidden,
                   given("hidden_2"));
  print_difference(tower.rules.name + ", last but one with norm", network(tokens, -2, true).hidden,
                   given("normed_2"));
  print_difference(tower.rules.name + ", pooled", last.pooled, given("pooled"));
}

}  // namespace
}  // namespace ksampler

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::fprintf(stderr, "usage: %s MODEL.safetensors CASE.safetensors [RUNS]\n", argv[0]);
    return 2;
  }
  try {
    using namespace ksampler;
    const c10::InferenceMode inference;
    const Case given{open_model_file(argv[1]), TensorFile::open(argv[2]),
                     argc == 4 ? std::atoi(argv[3]) : 3};
    if (given.has("tokens")) {
      compare_text(given);
    } else if (given.has("pixels")) {
      compare_autoencoder(given);
    } else {
      compare_network(given);
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
