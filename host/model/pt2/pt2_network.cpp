#include "host/model/pt2/pt2_network.hpp"

#include "host/base/error.hpp"
#include "host/base/text.hpp"
#include "host/model/denoise/network_denoiser.hpp"
#include "host/model/pt2/pt2_contract.hpp"

#include <ATen/Parallel.h>
#include <ATen/ops/cat.h>
#include <dlfcn.h>
#include <torch/csrc/inductor/aoti_package/model_package_loader.h>
#include <torch/headeronly/version.h>

#include <algorithm>
#include <array>
#include <fstream>
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
    throw Error({file.string()},
                "cannot be read as a package of AOTInductor: " + printable(first_line, 300) +
                    " (training/export_pt2.py makes one)");
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

class Pt2Network : public GuidedNetwork {
 public:
  Pt2Network(Pt2Contract contract, std::unique_ptr<Package> package, at::Device device)
      : contract_(std::move(contract)), package_(std::move(package)), device_(device) {}

  const GuidedNetworkFacts& facts() const override { return contract_.facts; }
  at::TensorOptions options() const override {
    return at::TensorOptions(contract_.dtype).device(device_);
  }
  void check_size(at::IntArrayRef shape) const override { check_pt2_size(contract_, shape); }

  // In parts of a size that the network was compiled for.
  at::Tensor predict(const at::Tensor& x, const at::Tensor& timesteps, const at::Tensor& context,
                     const at::Tensor& label) const override {
    check_pt2_size(contract_, x.sizes());
    check_pt2_tokens(contract_, context.size(1));
    std::vector<at::Tensor> inputs = {x, timesteps, context};
    if (contract_.facts.label_width > 0) inputs.push_back(label);
    std::vector<at::Tensor> parts;
    for (std::int64_t first = 0; first < x.size(0); first += contract_.batch.most) {
      const std::int64_t count = std::min(contract_.batch.most, x.size(0) - first);
      std::vector<at::Tensor> rows;
      for (const at::Tensor& input : inputs) rows.push_back(enough(input.narrow(0, first, count)));
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
    std::vector<at::Tensor> outputs = package_->run(inputs);
    if (outputs.size() == 1 && outputs[0].sizes() == inputs[0].sizes()) return outputs[0];
    throw Error("the exported network gave " + std::to_string(outputs.size()) +
                " tensors, or one of another shape than the latent; expected its prediction alone");
  }

  Pt2Contract contract_;
  std::unique_ptr<Package> package_;
  at::Device device_;
};

}  // namespace

std::shared_ptr<const Denoiser> load_pt2_denoiser(const std::filesystem::path& file,
                                                  at::Device device) {
  check_zip(file);
  const Pt2Metadata metadata =
      of_package(file, [&] { return Package::load_metadata_from_package(file.string(), kModelName); });
  Pt2Contract contract = read_pt2_contract(metadata, file);
  check_pt2_machine(metadata, file, device, TORCH_VERSION);
  load_what_packages_name();
  auto package = of_package(file, [&] {
    return std::make_unique<Package>(file.string(), kModelName, /*run_single_threaded=*/false,
                                     /*num_runners=*/1, device.index());
  });
  ModelSampling sampling = contract.sampling;
  return std::make_shared<GuidedDenoiser>(
      std::make_shared<const Pt2Network>(std::move(contract), std::move(package), device),
      std::move(sampling));
}

}  // namespace ksampler
