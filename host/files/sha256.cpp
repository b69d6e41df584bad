#include "host/files/sha256.hpp"

#include "host/base/error.hpp"
#include "host/files/input_file.hpp"
#include "host/files/output.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <span>
#include <sstream>
#include <vector>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kWorthKeeping = 4U << 20;  // bytes; below, hashing is faster than looking up
constexpr std::size_t kMostKept = 500;
constexpr std::size_t kHashLength = 64;
constexpr std::uint64_t kPart = 1U << 20;  // bytes read at once

std::string hexadecimal(std::span<const unsigned char> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::int64_t changed(const fs::path& file) {
  return fs::last_write_time(file).time_since_epoch().count();
}

}  // namespace

std::string sha256_of(const fs::path& file) {
  const InputFile input(file);
  const auto must = [&](int done) {
    if (done != 1) throw Error({file.string()}, "libcrypto cannot hash it");
  };
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  must(EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr));
  std::vector<std::byte> part(std::min<std::uint64_t>(input.size(), kPart));
  for (std::uint64_t at = 0; at < input.size(); at += part.size()) {
    part.resize(std::min<std::uint64_t>(input.size() - at, kPart));
    input.read(at, part);
    must(EVP_DigestUpdate(context.get(), part.data(), part.size()));
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  must(EVP_DigestFinal_ex(context.get(), digest.data(), &length));
  return hexadecimal({digest.data(), length});
}

KnownHashes::KnownHashes(fs::path book) : book_(std::move(book)) {
  std::ifstream stream(book_);
  for (std::string line; known_.size() < kMostKept && std::getline(stream, line);) {
    std::istringstream words(line);
    Known known;
    std::string file;
    if (!(words >> known.hash >> known.size >> known.changed) || known.hash.size() != kHashLength)
      continue;
    std::getline(words >> std::ws, file);
    if (!file.empty()) known_[file] = known;
  }
}

std::string KnownHashes::of(const fs::path& file) {
  const std::string path = fs::absolute(file).lexically_normal().string();
  std::error_code error;
  const std::uintmax_t size = fs::file_size(file, error);
  if (error || size < kWorthKeeping || path.find('\n') != std::string::npos) return sha256_of(file);
  const std::int64_t time = changed(file);
  const auto found = known_.find(path);
  if (found != known_.end() && found->second.size == size && found->second.changed == time) {
    return found->second.hash;
  }
  std::string hash = sha256_of(file);
  known_[path] = {hash, size, time};
  write();
  return hash;
}

void KnownHashes::write() const {
  if (book_.empty()) return;
  std::ostringstream text;
  for (const auto& [file, known] : known_) {
    text << known.hash << ' ' << known.size << ' ' << known.changed << ' ' << file << '\n';
  }
  try {
    fs::create_directories(book_.parent_path());
    const std::string lines = text.str();
    write_whole(book_, std::as_bytes(std::span(lines)));
  } catch (const std::exception&) {  // then they are read again the next time
  }
}

fs::path KnownHashes::usual_book() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  fs::path folder;
  if (cache != nullptr && fs::path(cache).is_absolute()) {
    folder = cache;
  } else if (home != nullptr && fs::path(home).is_absolute()) {
    folder = fs::path(home) / ".cache";
  } else {
    return {};
  }
  return folder / "ksampler" / "sha256.txt";
}

}  // namespace ksampler
