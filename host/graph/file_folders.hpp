// Where files of models and pictures lie that a pipeline calls by name alone, as ComfyUI lays them: a
// folder for each kind ("checkpoints", "loras"), below `models`; pictures in `input`.
#ifndef KSAMPLER_GRAPH_FILE_FOLDERS_HPP
#define KSAMPLER_GRAPH_FILE_FOLDERS_HPP

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace ksampler {

class FileFolders {
 public:
  // A folder of models, or ComfyUI's own with `models` in it, with its
  // extra_model_paths.yaml. Throws Error: there is no such folder; it is that of one kind; that file is
  // no YAML.
  void add(const std::filesystem::path& given);
  // ComfyUI's own where `file` lies in it, as saved workflows do.
  void add_around(const std::filesystem::path& file);
  // One more folder of a kind, which need not be there yet.
  void add(const std::string& kind, const std::filesystem::path& folder);

  // The folders of these kinds, in the order in which they were added.
  std::vector<std::filesystem::path> of(const std::vector<std::string>& kinds) const;
  bool empty() const { return folders_.empty(); }
  // Those of all kinds.
  const std::map<std::string, std::vector<std::filesystem::path>>& kinds() const { return folders_; }

 private:
  static void refuse_a_kind(const std::filesystem::path& root, const std::filesystem::path& given);
  void add_kinds(const std::filesystem::path& models);
  void add_extra_paths(const std::filesystem::path& file);

  std::map<std::string, std::vector<std::filesystem::path>> folders_;
};

// "name [input]" taken apart: a picture that the browser uploaded, or made.
struct AnnotatedName {
  std::string name;
  std::string folder;  // "input", "output" or "temp"; empty: not said
};
AnnotatedName annotated(const std::string& name);

}  // namespace ksampler

#endif
