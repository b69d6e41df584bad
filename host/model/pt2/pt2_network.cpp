#include "host/model/pt2/pt2_network.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/denoise/network_denoiser.hpp"
#include "host/model/denoise/preconditioning.hpp"
#include "host/model/family/family.hpp"
#include "host/model/network/label.hpp"
#include "host/model/pt2/pt2_contract.hpp"

#include <ATen/Parallel.h>
#include <ATen/ops/cat.h>
#include <dlfcn.h>
#include <torch/csrc/inductor/aoti_package/model_package_loader.h>
#include <torch/headeronly/version.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

namespace ksampler {
namespace {

using Package = torch::inductor::AOTIModelPackageLoader;

constexpr char kModelName[] = "model";  // that aoti_compile_and_package gives

// What `read` gives; what LibTorch says of a file becomes an Error that names it.
template <typename Read>
auto of_package(const std::filesystem::path& file, const Read& read) {
  const auto fail = [&](std::string_view reason) {
    const std::string first_line(reason.substr(0, reason.find('\n')));
    throw Error(
        {file.string()},
        sentence("cannot be read as a package of AOTInductor: {} (training/export_pt2.py makes one)",
                 printable(first_line, 300)));
  };
  try {
    return read();
  } catch (const c10::Error& error) {
    fail(error.what_without_backtrace());
  } catch (const std::exception& error) {
    fail(error.what());
  }
  throw Error({file.string()}, "cannot be read");
}

// Packages are linked with libtorch.so too, which is empty but for needing LibTorch's part for CUDA; a
// run loads that where there is a GPU alone. Where this fails, the package says what it misses.
void load_what_packages_name() {
  Dl_info torch{};
  if (dladdr(reinterpret_cast<void*>(&at::get_num_threads), &torch) == 0) return;
  const auto folder = std::filesystem::path(torch.dli_fname).parent_path();
  dlopen((folder / "libtorch.so").c_str(), RTLD_NOW | RTLD_LOCAL);
}

// A package is a zip file, which begins with these letters.
void check_zip(const std::filesystem::path& file) {
  std::array<char, 2> first{};
  std::ifstream(file, std::ios::binary).read(first.data(), first.size());
  if (first == std::array{'P', 'K'}) return;
  throw Error({file.string()},
              "is not a package of AOTInductor: training/export_pt2.py makes one (.pt2)");
}

class Pt2Network : public Network {
 public:
  Pt2Network(Pt2Contract contract, std::unique_ptr<Package> package, at::Device device)
      : contract_(std::move(contract)), package_(std::move(package)), device_(device) {}

  NetworkFacts facts() const override { return contract_.facts; }
  at::TensorOptions options() const override {
    return at::TensorOptions(contract_.dtype).device(device_);
  }
  void check_size(at::IntArrayRef shape) const override { check_pt2_size(contract_, shape); }

  // In parts of a size that the network was compiled for.
  at::Tensor predict(const NetworkInput& input) const override {
    const at::Tensor& x = input.x;
    check_pt2_size(contract_, x.sizes());
    check_pt2_tokens(contract_, input.text.size(1));
    std::vector<at::Tensor> inputs = {x, input.timesteps, input.text};
    if (contract_.facts.numbers > 0)
      inputs.push_back(label_of(input.pooled, input.numbers).to(options()));
    std::vector<at::Tensor> parts;
    for (std::int64_t first = 0; first < x.size(0); first += contract_.batch.most) {
      const std::int64_t count = std::min(contract_.batch.most, x.size(0) - first);
      std::vector<at::Tensor> rows;
      for (const at::Tensor& each : inputs) rows.push_back(enough(each.narrow(0, first, count)));
      const at::Tensor result = run(rows);
      parts.push_back(result.narrow(0, 0, count));
    }
    return parts.size() == 1 ? parts.front() : at::cat(parts);
  }

 private:
  // As many rows as the network takes at least: the last one repeated. The code takes them as packed.
  at::Tensor enough(at::Tensor rows) const {
    const std::int64_t missing = contract_.batch.least - rows.size(0);
    if (missing <= 0) return rows.contiguous();
    std::vector<at::Tensor> all(static_cast<std::size_t>(missing), rows.narrow(0, rows.size(0) - 1, 1));
    all.insert(all.begin(), std::move(rows));
    return at::cat(all);
  }

  at::Tensor run(const std::vector<at::Tensor>& inputs) const {
    const std::lock_guard one_at_a_time(running_);
    std::vector<at::Tensor> outputs = package_->run(inputs);
    if (outputs.size() == 1 && outputs[0].sizes() == inputs[0].sizes()) return outputs[0];
    throw Error(
        sentence("the exported network gave {} tensors, or one of another shape than the latent; "
                 "expected its prediction alone",
                 outputs.size()));
  }

  Pt2Contract contract_;
  std::unique_ptr<Package> package_;
  at::Device device_;
  mutable std::mutex running_;
};

// What the family of that many numbers tells its network of the picture.
decltype(Family::numbers) numbers_of(const NetworkFacts& facts) {
  if (facts.numbers == 0) return nullptr;
  return facts.numbers == 5 ? kSdxlRefiner.numbers : kSdxl.numbers;
}

// Of the family whose latents are scaled so, for the colours of previews.
LatentFormat latents_of(const Pt2Contract& contract) {
  LatentFormat latents{.channels = contract.facts.channels, .scale = contract.latent_scale};
  if (latents.channels != 4) return latents;
  const LatentFormat sdxl = sdxl_latents();
  latents.colours = latents.scale == sdxl.scale ? sdxl.colours : stable_diffusion_latents().colours;
  return latents;
}

class Pt2Source : public ModelSource {
 public:
  Pt2Source(std::filesystem::path file, Pt2Contract contract, at::Device device)
      : file_(std::move(file)),
        contract_(std::move(contract)),
        device_(device),
        latents_(latents_of(contract_)) {}

  const LatentFormat& latents() const override { return latents_; }
  at::Device device() const override { return device_; }
  void check_sampling(const ModelSampling& sampling) const override { preconditioning(sampling, 1.0); }
  void check_shape(at::IntArrayRef shape) const override {
    check_channels(shape, latents_.channels);
    check_pt2_size(contract_, shape);
  }

  std::shared_ptr<const Denoiser> denoiser(const Model& model, ModelCache& cache) const override {
    const NetworkKey key{.file = file_, .kind = "pt2 " + device_.str(), .device = device_};
    const auto network = cache.hold<Network>(key, std::filesystem::file_size(file_), [&] {
      return std::make_shared<const Pt2Network>(contract_, package(), device_);
    });
    return std::make_shared<NetworkDenoiser>(network, numbers_of(contract_.facts), latents_,
                                             model.sampling);
  }

 private:
  std::unique_ptr<Package> package() const {
    load_what_packages_name();
    return of_package(file_, [&] {
      return std::make_unique<Package>(file_.string(), kModelName, /*run_single_threaded=*/false,
                                       /*num_runners=*/1, device_.index());
    });
  }

  std::filesystem::path file_;
  Pt2Contract contract_;
  at::Device device_;
  LatentFormat latents_;
};

}  // namespace

Model find_pt2_model(const std::filesystem::path& file, at::Device device) {
  check_zip(file);
  const Pt2Metadata metadata =
      of_package(file, [&] { return Package::load_metadata_from_package(file.string(), kModelName); });
  Pt2Contract contract = read_pt2_contract(metadata, file);
  check_pt2_machine(metadata, file, device, TORCH_VERSION);
  ModelSampling sampling = contract.sampling;
  return {std::make_shared<Pt2Source>(file, std::move(contract), device), std::move(sampling)};
}

}  // namespace ksampler
