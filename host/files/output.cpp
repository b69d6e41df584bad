#include "host/files/output.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/files/temporary_file.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <climits>
#include <cstdio>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxNumber = 999'999'999;

// The number in "<name>_00042_..."; 0 where `file` is another's.
int number_in(const std::string& file, const std::string& name) {
  if (file.size() < name.size() + 3 || !file.starts_with(name)) return 0;
  if (file[name.size()] != '_') return 0;
  int number = 0;
  const char* end = file.data() + file.size();
  const auto [at, status] = std::from_chars(file.data() + name.size() + 1, end, number);
  const bool whole = status == std::errc{} && at != end && *at == '_';
  return whole && number > 0 && number <= kMaxNumber ? number : 0;
}

int highest_number(const fs::path& folder, const std::string& name) {
  int highest = 0;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    highest = std::max(highest, number_in(at->path().filename().string(), name));
  }
  if (error)
    throw Error(Diagnostic::Kind::not_written, Place{folder.string()},
                "the folder cannot be read: " + error.message());
  return highest;
}

std::string numbered_name(const std::string& name, int number, const std::string& suffix) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "_%05d_", number);
  return name + digits + suffix;
}

void make_folders(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw Error(Diagnostic::Kind::not_written, Place{folder.string()},
                "the folder cannot be made: " + error.message());
}

}  // namespace

void check_prefix(const std::string& prefix) {
  const auto refuse = [&prefix](const std::string& why) {
    throw Error(Diagnostic::Kind::not_allowed, sentence("filename prefix {} {}", quote(prefix), why));
  };
  const fs::path path(prefix);
  if (path.is_absolute()) refuse("is absolute; a name within the output folder is wanted");
  if (std::find(path.begin(), path.end(), "..") != path.end()) {
    refuse("leads out of the output folder; '..' is not accepted");
  }
  if (path.filename().empty() || path.filename() == ".") refuse("does not end in the name of a file");
  if (std::any_of(prefix.begin(), prefix.end(), [](char c) { return c >= 0 && c < ' '; })) {
    refuse("holds control characters");
  }
}

std::size_t longest_name(const fs::path& folder) {
  constexpr std::size_t kUsual = 255;
  std::error_code error;
  fs::path there = fs::absolute(folder, error).lexically_normal();
  while (there.has_relative_path() && !fs::is_directory(there, error)) there = there.parent_path();
  const long most = ::pathconf(there.c_str(), _PC_NAME_MAX);
  return most > 0 ? static_cast<std::size_t>(most) : kUsual;
}

std::size_t too_long_by(const fs::path& folder, const std::string& prefix, const std::string& suffix) {
  const std::size_t most = longest_name(folder);
  std::size_t excess = 0;
  const auto look_at = [&](std::size_t bytes) {
    if (bytes > most) excess = std::max(excess, bytes - most);
  };
  const fs::path path = fs::path(prefix).lexically_normal();
  for (const fs::path& part : path.parent_path()) look_at(part.native().size());
  look_at(numbered_name(path.filename().string(), 1, suffix).size());
  const fs::path whole = (folder / path).lexically_normal();
  if (excess == 0 && numbered_name(whole.string(), 1, suffix).size() >= PATH_MAX) {
    throw Error(
        Diagnostic::Kind::too_large,
        sentence("filename prefix {} makes a path of more than {} bytes, which no system call takes",
                 quote(prefix), PATH_MAX - 1));
  }
  return excess;
}

fs::path write_numbered(const fs::path& folder, const std::string& prefix, const std::string& suffix,
                        std::span<const std::byte> bytes) {
  check_prefix(prefix);
  const fs::path stem = (folder / prefix).lexically_normal();
  const fs::path parent = stem.parent_path().empty() ? fs::path(".") : stem.parent_path();
  const std::string name = stem.filename().string();
  make_folders(parent);

  const auto numbered = [&](int number) { return parent / numbered_name(name, number, suffix); };
  int number = highest_number(parent, name) + 1;
  TemporaryFile temporary(numbered(number));
  temporary.write(bytes);
  while (!temporary.take_name(numbered(number))) {
    if (++number > kMaxNumber) {
      throw Error(Diagnostic::Kind::not_written, Place{parent.string()},
                  "no number is free for " + quote(name));
    }
  }
  return numbered(number);
}

void write_whole(const fs::path& file, std::span<const std::byte> bytes) {
  std::error_code error;
  // Through a symbolic link, to what it names.
  const fs::path target = fs::is_symlink(file, error) ? fs::weakly_canonical(file, error) : file;
  const fs::file_status status = fs::status(target, error);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    throw Error(Diagnostic::Kind::not_written, Place{file.string()},
                fs::is_directory(status) ? "is a folder; the name of a file is wanted"
                                         : "is not a regular file, and is left alone");
  }
  TemporaryFile temporary(target);
  temporary.write(bytes);
  temporary.replace(target);
}

}  // namespace ksampler
