#include "host/plugin/elf_image.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

#include <string_view>

namespace ksampler {
namespace {

#if defined(__x86_64__)
constexpr std::uint16_t kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr std::uint16_t kMachine = EM_AARCH64;
#elif defined(__riscv)
constexpr std::uint16_t kMachine = EM_RISCV;
#elif defined(__powerpc64__)
constexpr std::uint16_t kMachine = EM_PPC64;
#endif

std::string machine_name(std::uint16_t machine) {
  struct Known {
    std::uint16_t machine;
    const char* name;
  };
  constexpr Known kKnown[] = {{EM_X86_64, "x86-64"}, {EM_AARCH64, "AArch64"}, {EM_386, "i386"},
                              {EM_ARM, "Arm"},       {EM_RISCV, "RISC-V"},    {EM_PPC64, "PowerPC64"},
                              {EM_S390, "S/390"},    {EM_MIPS, "MIPS"}};
  for (const Known& known : kKnown) {
    if (known.machine == machine) return known.name;
  }
  return "machine " + std::to_string(machine);
}

// What else the first bytes of a file are known to mean.
std::string foreign_format(std::string_view text) {
  struct Known {
    std::string_view magic;
    const char* name;
  };
  constexpr Known kKnown[] = {{"MZ", "a Windows library"},
                              {"\xCF\xFA\xED\xFE", "a macOS library"},
                              {"\xCA\xFE\xBA\xBE", "a macOS library"},
                              {"!<arch>\n", "a static library"},
                              {"PK", "a ZIP archive"},
                              {"#!", "a script"}};
  for (const Known& known : kKnown) {
    if (text.starts_with(known.magic)) return known.name;
  }
  return "something else";
}

std::string type_name(std::uint16_t type) {
  if (type == ET_EXEC) return "a program";
  if (type == ET_REL) return "an object file";
  if (type == ET_CORE) return "a core dump";
  return "an ELF file of type " + std::to_string(type);
}

}  // namespace

void ElfImage::fail(const std::string& message) const { throw Error(Place{file_}, message); }

void ElfImage::require(std::uint64_t offset, std::uint64_t size, const char* what) const {
  if (offset <= bytes_.size() && size <= bytes_.size() - offset) return;
  fail(sentence("is cut short: its {} should end at byte {}, and the file has {}", what, offset + size,
                bytes_.size()));
}

Elf64_Ehdr ElfImage::header() const {
  constexpr std::string_view kMagic(ELFMAG, SELFMAG);
  const std::string_view text(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
  if (text.empty()) fail("is empty; a shared library is wanted");
  if (!text.starts_with(kMagic)) {
    fail(kMagic.starts_with(text) ? sentence("is cut short: it has {} bytes", text.size())
                                  : "is not a shared library (ELF), but " + foreign_format(text));
  }
  const auto ident = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  require(0, EI_NIDENT, "header");
  if (ident(EI_CLASS) != ELFCLASS64) fail("is a 32-bit library; this host loads 64-bit ones");
  if (ident(EI_DATA) != ELFDATA2LSB) fail("is a big-endian library; this host is little-endian");
  const auto header = at<Elf64_Ehdr>(0, "header");
  if (header.e_machine != kMachine) {
    fail(sentence("is built for {}; this host runs on {}", machine_name(header.e_machine),
                  machine_name(kMachine)));
  }
  if (header.e_type != ET_DYN)
    fail(sentence("is {}; a shared library is wanted", type_name(header.e_type)));
  if (header.e_phentsize != sizeof(Elf64_Phdr)) fail("is damaged: odd size of program headers");
  return header;
}

std::vector<Elf64_Phdr> ElfImage::segments(const Elf64_Ehdr& header) const {
  bool dynamic = false;
  std::vector<Elf64_Phdr> segments;
  for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
    segments.push_back(at<Elf64_Phdr>(header.e_phoff + i * sizeof(Elf64_Phdr), "program headers"));
    const Elf64_Phdr& segment = segments.back();
    dynamic |= segment.p_type == PT_DYNAMIC;
    if (segment.p_type == PT_LOAD && segment.p_filesz > segment.p_memsz)
      fail("is damaged: a segment is larger in the file than in memory");
    require(segment.p_offset, segment.p_filesz, "segments");
  }
  if (!dynamic) fail("is not a shared library: it has no dynamic section");
  return segments;
}

std::vector<Elf64_Shdr> ElfImage::sections(const Elf64_Ehdr& header) const {
  if (header.e_shnum == 0 || header.e_shentsize != sizeof(Elf64_Shdr))
    fail("has no section headers; a library that was not stripped of them is wanted");
  std::vector<Elf64_Shdr> sections;
  for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
    sections.push_back(at<Elf64_Shdr>(header.e_shoff + i * sizeof(Elf64_Shdr), "section headers"));
    const Elf64_Shdr& section = sections.back();
    if (section.sh_type != SHT_NOBITS) require(section.sh_offset, section.sh_size, "sections");
  }
  return sections;
}

std::string ElfImage::name_at(const Elf64_Shdr& names, std::uint64_t offset) const {
  if (offset >= names.sh_size) fail("is damaged: a symbol's name lies outside the names");
  const auto* begin = reinterpret_cast<const char*>(bytes_.data()) + names.sh_offset + offset;
  return {begin, ::strnlen(begin, names.sh_size - offset)};
}

}  // namespace ksampler
