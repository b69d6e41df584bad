// A file of a ControlNet: what the wire CONTROL_NET carries. Its network is loaded where a run begins.
#ifndef KSAMPLER_MODEL_LOAD_CONTROL_SOURCE_HPP
#define KSAMPLER_MODEL_LOAD_CONTROL_SOURCE_HPP

#include "host/files/tensor_file.hpp"
#include "host/model/load/network_cache.hpp"
#include "host/model/network/control_net.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace ksampler {

class ControlSource {
 public:
  // Reads the header: names and shapes of all tensors are checked. Throws Error.
  explicit ControlSource(std::shared_ptr<const TensorFile> file);

  // Of the type and on the device of `like`.
  std::shared_ptr<const ControlNet> hold(NetworkCache& cache, const at::TensorOptions& like) const;

  // Throws Error unless its residuals fit a network of these facts and skip connections.
  void check_fits(const Network& network) const;

  const std::filesystem::path& file() const { return file_->file(); }
  // The names of the tensors that it has no use for.
  const std::vector<std::string>& surplus() const { return surplus_; }

 private:
  Weights weights(at::Device device, at::ScalarType type) const;

  std::shared_ptr<const TensorFile> file_;
  std::string prefix_;
  UnetPlan plan_;
  std::vector<std::int64_t> skips_;
  std::vector<std::string> surplus_;
};

}  // namespace ksampler

#endif
