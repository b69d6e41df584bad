// The bytes of an ELF file, read with their bounds checked. For elf.cpp.
#ifndef KSAMPLER_PLUGIN_ELF_IMAGE_HPP
#define KSAMPLER_PLUGIN_ELF_IMAGE_HPP

#include <elf.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace ksampler {

// All functions throw Error, with the file's name, where the bytes do not hold what is asked for. Both
// arguments must outlive the object.
class ElfImage {
 public:
  ElfImage(const std::string& file, std::span<const std::byte> bytes) : file_(file), bytes_(bytes) {}

  [[noreturn]] void fail(const std::string& message) const;

  // Throws unless the file holds `size` bytes at `offset`.
  void require(std::uint64_t offset, std::uint64_t size, const char* what) const;

  template <typename T>
  T at(std::uint64_t offset, const char* what) const {
    require(offset, sizeof(T), what);
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof value);  // may be misaligned
    return value;
  }

  // Of a shared library for this machine.
  Elf64_Ehdr header() const;

  // All that the loader will map is there.
  std::vector<Elf64_Phdr> segments(const Elf64_Ehdr& header) const;
  std::vector<Elf64_Shdr> sections(const Elf64_Ehdr& header) const;

  // A name in the section `names`.
  std::string name_at(const Elf64_Shdr& names, std::uint64_t offset) const;

 private:
  const std::string& file_;
  std::span<const std::byte> bytes_;
};

}  // namespace ksampler

#endif
