// What may stand in an input besides what its declaration says: samplers, schedulers, guiders and
// noises of the plugins that are loaded now, and files in the folders of their kind.
#ifndef KSAMPLER_SERVE_COMFY_CHOICES_HPP
#define KSAMPLER_SERVE_COMFY_CHOICES_HPP

#include "host/graph/declaration.hpp"
#include "host/graph/file_folders.hpp"
#include "host/plugin/registry.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace ksampler::comfy {

// Whether a node reads pictures, which the editor can send: files of this input are such.
bool reads_pictures(const NodeDecl& decl, const InputDecl& input);

// Of one moment. Thread rule: one thread.
class Choices {
 public:
  // Both must outlive it.
  Choices(const Registry& registry, const FileFolders& files);

  // Names that mean one sampler: with its plugin, where two have it.
  const std::vector<std::string>& samplers() const { return samplers_; }
  const std::vector<std::string>& schedulers() const { return schedulers_; }
  const std::vector<std::string>& guiders() const { return guiders_; }
  const std::vector<std::string>& noises() const { return noises_; }
  // Of a file that has folders: names as seen from there, sorted.
  const std::vector<std::string>& files(const NodeDecl& decl, const InputDecl& input);

 private:
  const FileFolders& folders_;
  std::vector<std::string> samplers_;
  std::vector<std::string> schedulers_;
  std::vector<std::string> guiders_;
  std::vector<std::string> noises_;
  std::map<std::pair<std::vector<std::string>, bool>, std::vector<std::string>> files_;
};

// A file below a folder, by its name as seen from there.
struct FileBelow {
  std::string name;
  std::filesystem::path path;
};

// The files below a folder that have one of these suffixes (in lower case; none: all), by name. Those
// whose names begin with '.' are passed over, and so is what is deeper than some levels.
std::vector<FileBelow> files_below(const std::filesystem::path& folder,
                                   const std::vector<std::string>& suffixes);

const std::vector<std::string>& model_suffixes();
const std::vector<std::string>& picture_suffixes();

}  // namespace ksampler::comfy

#endif
