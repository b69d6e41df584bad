// The folders of files that requests name: what is read, written, and only looked at. No name leads out
// of them.
#ifndef KSAMPLER_SERVE_COMFY_FOLDERS_HPP
#define KSAMPLER_SERVE_COMFY_FOLDERS_HPP

#include "host/graph/file_folders.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ksampler::comfy {

// A file as clients name it.
struct FileName {
  std::string name;
  std::string subfolder;  // "" or "a/b"
  std::string type;       // "output", "input" or "temp"
};

class Folders {
 public:
  // input/, output/, temp/ and user/default/ in `base`, which are made, as ComfyUI's own folder has
  // them. Those of `files` are read besides.
  Folders(const std::filesystem::path& base, FileFolders files);

  const std::filesystem::path& base() const { return base_; }
  std::filesystem::path input() const { return base_ / "input"; }
  std::filesystem::path output() const { return base_ / "output"; }
  std::filesystem::path temp() const { return base_ / "temp"; }
  std::filesystem::path user() const { return base_ / "user" / "default"; }

  // With those three in it.
  const FileFolders& files() const { return files_; }

  // Where a file of that type is or would be; empty where the name leads out of its folder, or the type
  // is none. Of those to read, the first folder that has it.
  std::filesystem::path to_write(const FileName& file) const;
  std::filesystem::path to_read(const FileName& file) const;

  // How clients name a file that was written; none where it is in none of the three.
  std::optional<FileName> named(const std::filesystem::path& file) const;

 private:
  std::filesystem::path base_;
  FileFolders files_;
};

// Whether no disk takes it: a name in it, or all of it, is too long.
bool is_too_long(const std::string& name);
// What is said then.
extern const char* const kTooLong;

// Below `folder`, links followed as far as it is there; empty where it is not.
std::filesystem::path inside(const std::filesystem::path& folder, const std::string& name);

}  // namespace ksampler::comfy

#endif
