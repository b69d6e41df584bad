// One side of compare_networks.py: does what it reads, a line each, and prints what that took.
//
//   load unet FILE | load vae FILE | step HEIGHT WIDTH | decode HEIGHT WIDTH | tiled HEIGHT WIDTH TILE
//   OVERLAP
//
// Sizes are in cells of the latent, tiles in pixels. bench/networks/eager.py is the other side.
#include "host/base/memory.hpp"
#include "host/model/load/load_model.hpp"
#include "host/model/picture/pictures.hpp"

#include <ATen/Parallel.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/randn.h>
#include <c10/core/InferenceMode.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace ksampler {
namespace {

constexpr double kSigma = 1.0;
constexpr std::int64_t kTokens = 77;
constexpr std::int64_t kSmall = 8;  // cells of what runs once when a network is loaded

class Worker {
 public:
  // `context_width`: of the text that the UNet takes.
  explicit Worker(std::int64_t context_width) : context_width_(context_width) {}

  void run(std::istringstream words) {
    std::string what, part, file;
    words >> what;
    std::int64_t height = 0, width = 0;
    PictureTiles tiles{};
    if (what == "load") {
      words >> part >> file;
      load(part, file);
      height = width = kSmall;
    } else {
      words >> height >> width;
    }
    if (what == "step" || part == "unet") return step(height, width);
    const at::Tensor latent = at::randn({1, vae_->channels(), height, width});
    if (what == "decode" || part == "vae") {
      decode_pictures(*vae_, latent);
    } else if (what == "tiled" && words >> tiles.size >> tiles.overlap) {
      decode_pictures(*vae_, latent, tiles);
    } else {
      throw std::runtime_error("not understood: " + words.str());
    }
  }

 private:
  void load(const std::string& part, const std::string& file) {
    const auto model = open_model_file(file);
    if (part == "unet") unet_ = make_denoiser(find_model(model, at::kCPU, at::kFloat).value, cache_);
    if (part == "vae") vae_ = find_autoencoder(model, at::kCPU).value.hold(cache_);
  }

  void step(std::int64_t height, std::int64_t width) {
    const at::Tensor x = at::randn({1, unet_->latents().channels, height, width});
    at::Tensor denoised = at::empty_like(x);
    Conditioning conditioning;
    conditioning.embedding = at::randn({1, kTokens, context_width_});
    const DenoiseRequest request{&x, &conditioning, &denoised};
    unet_->denoise({&request, 1}, kSigma);
  }

  std::int64_t context_width_;
  NetworkCache cache_;
  std::shared_ptr<const Denoiser> unet_;
  std::shared_ptr<const Autoencoder> vae_;
};

void serve(std::int64_t context_width) {
  const c10::InferenceMode inference;
  Worker worker(context_width);
  for (std::string line; std::getline(std::cin, line);) {
    const PeakMemory memory;
    const std::clock_t processor = std::clock();
    const auto start = std::chrono::steady_clock::now();
    worker.run(std::istringstream(line));
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    const double busy = static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC;
    std::cout << R"({"seconds": )" << taken.count() << R"(, "processor": )" << busy << R"(, "bytes": )"
              << memory.grown() << "}\n"
              << std::flush;
  }
}

}  // namespace
}  // namespace ksampler

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s THREADS CONTEXT_WIDTH\n", argv[0]);
    return 2;
  }
  try {
    ksampler::keep_freed_memory();  // as the program does
    at::set_num_threads(std::atoi(argv[1]));
    ksampler::serve(std::atoi(argv[2]));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
