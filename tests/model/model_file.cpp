#include "tests/model/model_file.hpp"

#include "host/model/network/tensors.hpp"
#include "tests/model/network_case.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ksampler::test {

ModelFile& ModelFile::add(const std::string& name) {
  const ModelFile other = network(name);
  tensors.insert(other.tensors.begin(), other.tensors.end());
  metadata.insert(other.metadata.begin(), other.metadata.end());
  return *this;
}

ModelFile& ModelFile::without(const std::string& tensor) {
  tensors.erase(tensor);
  return *this;
}

ModelFile& ModelFile::without_all(const std::string& prefix) {
  std::erase_if(tensors, [&](const auto& entry) { return entry.first.starts_with(prefix); });
  return *this;
}

void ModelFile::write(const std::filesystem::path& file) const {
  std::map<std::string, at::Tensor> contiguous;
  std::map<std::string, TensorView> views;
  for (const auto& [name, tensor] : tensors) contiguous[name] = tensor.contiguous();
  for (const auto& [name, tensor] : contiguous) views[name] = view_of(tensor);
  const std::vector<std::byte> bytes = safetensors_bytes(views, metadata);
  write_text(file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace ksampler::test
