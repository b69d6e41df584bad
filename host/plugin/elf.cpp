#include "host/plugin/elf.hpp"

#include "host/base/error.hpp"

#include <elf.h>

#include <cstring>

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
std::string foreign_format(std::span<const std::byte> bytes) {
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
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (const Known& known : kKnown) {
    if (text.starts_with(known.magic)) return known.name;
  }
  return "something else";
}

// The checks of one file, with its name at hand for messages.
class Reader {
 public:
  Reader(const std::string& file, std::span<const std::byte> bytes) : file_(file), bytes_(bytes) {}

  [[noreturn]] void fail(const std::string& message) const { throw Error(Place{file_}, message); }

  // Throws unless the file holds `size` bytes at `offset`.
  void require(std::uint64_t offset, std::uint64_t size, const char* what) const {
    if (offset <= bytes_.size() && size <= bytes_.size() - offset) return;
    fail("is cut short: its " + std::string(what) + " should end at byte " +
         std::to_string(offset + size) + ", and the file has " + std::to_string(bytes_.size()));
  }

  template <typename T>
  T at(std::uint64_t offset, const char* what) const {
    require(offset, sizeof(T), what);
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof value);  // may be misaligned
    return value;
  }

  Elf64_Ehdr header() const {
    constexpr std::string_view kMagic(ELFMAG, SELFMAG);
    const std::string_view text(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
    if (bytes_.empty()) fail("is empty; a shared library is wanted");
    if (!text.starts_with(kMagic)) {
      fail(kMagic.starts_with(text) ? "is cut short: it has " + std::to_string(text.size()) + " bytes"
                                    : "is not a shared library (ELF), but " + foreign_format(bytes_));
    }
    const auto ident = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    require(0, EI_NIDENT, "header");
    if (ident(EI_CLASS) != ELFCLASS64) fail("is a 32-bit library; this host loads 64-bit ones");
    if (ident(EI_DATA) != ELFDATA2LSB) fail("is a big-endian library; this host is little-endian");
    const auto header = at<Elf64_Ehdr>(0, "header");
    if (header.e_machine != kMachine) {
      fail("is built for " + machine_name(header.e_machine) + "; this host runs on " +
           machine_name(kMachine));
    }
    if (header.e_type != ET_DYN)
      fail("is " + type_name(header.e_type) + "; a shared library is wanted");
    return header;
  }

  // Checks that everything the loader will map is there.
  void check_segments(const Elf64_Ehdr& header) const {
    bool dynamic = false;
    for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
      const auto segment = at<Elf64_Phdr>(header.e_phoff + i * sizeof(Elf64_Phdr), "program headers");
      if (segment.p_type == PT_DYNAMIC) dynamic = true;
      if (segment.p_type == PT_LOAD && segment.p_filesz > segment.p_memsz) {
        fail("is damaged: a segment is larger in the file than in memory");
      }
      require(segment.p_offset, segment.p_filesz, "segments");
    }
    if (!dynamic) fail("is not a shared library: it has no dynamic section");
  }

  std::vector<Elf64_Shdr> sections(const Elf64_Ehdr& header) const {
    std::vector<Elf64_Shdr> sections;
    for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
      sections.push_back(at<Elf64_Shdr>(header.e_shoff + i * sizeof(Elf64_Shdr), "section headers"));
      const Elf64_Shdr& section = sections.back();
      if (section.sh_type != SHT_NOBITS) require(section.sh_offset, section.sh_size, "sections");
    }
    return sections;
  }

  // Calls `look(entry, names)` for each entry of the sections of one type, with the section of the
  // strings that the entry refers to.
  template <typename Entry, typename Look>
  void each(const std::vector<Elf64_Shdr>& sections, std::uint32_t type, const char* what,
            Look&& look) const {
    for (const Elf64_Shdr& section : sections) {
      if (section.sh_type != type || section.sh_link >= sections.size()) continue;
      const Elf64_Shdr& names = sections[section.sh_link];
      if (names.sh_type != SHT_STRTAB) fail("is damaged: its " + std::string(what) + " have no names");
      for (std::uint64_t offset = 0; offset + sizeof(Entry) <= section.sh_size;
           offset += sizeof(Entry)) {
        look(at<Entry>(section.sh_offset + offset, what), names);
      }
    }
  }

  void read_symbols(const std::vector<Elf64_Shdr>& sections, std::vector<ElfSymbol>& exports,
                    std::vector<std::string>& imports) const {
    each<Elf64_Sym>(sections, SHT_DYNSYM, "symbols", [&](const Elf64_Sym& symbol, const auto& names) {
      const auto binding = ELF64_ST_BIND(symbol.st_info);
      const auto visibility = ELF64_ST_VISIBILITY(symbol.st_other);
      if (binding == STB_LOCAL) return;
      if (symbol.st_shndx == SHN_UNDEF) return imports.push_back(name_at(names, symbol.st_name));
      if (visibility != STV_DEFAULT && visibility != STV_PROTECTED) return;
      exports.push_back({name_at(names, symbol.st_name), ELF64_ST_TYPE(symbol.st_info) == STT_OBJECT,
                         binding == STB_GNU_UNIQUE, symbol.st_value, symbol.st_size});
    });
  }

  void read_demands(const Elf64_Ehdr& header, const std::vector<Elf64_Shdr>& sections,
                    ElfDemands& demands) const {
    for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
      const auto segment = at<Elf64_Phdr>(header.e_phoff + i * sizeof(Elf64_Phdr), "program headers");
      demands.has_thread_locals |= segment.p_type == PT_TLS;
    }
    each<Elf64_Dyn>(sections, SHT_DYNAMIC, "needs", [&](const Elf64_Dyn& entry, const auto& names) {
      if (entry.d_tag == DT_NEEDED) demands.libraries.push_back(name_at(names, entry.d_un.d_val));
      if (entry.d_tag == DT_FLAGS_1) demands.is_never_unloaded |= entry.d_un.d_val & DF_1_NODELETE;
    });
  }

 private:
  static std::string type_name(std::uint16_t type) {
    if (type == ET_EXEC) return "a program";
    if (type == ET_REL) return "an object file";
    if (type == ET_CORE) return "a core dump";
    return "an ELF file of type " + std::to_string(type);
  }

  std::string name_at(const Elf64_Shdr& names, std::uint64_t offset) const {
    if (offset >= names.sh_size) fail("is damaged: a symbol's name lies outside the names");
    const auto* begin = reinterpret_cast<const char*>(bytes_.data()) + names.sh_offset + offset;
    return {begin, ::strnlen(begin, names.sh_size - offset)};
  }

  const std::string& file_;
  std::span<const std::byte> bytes_;
};

}  // namespace

ElfFile::ElfFile(const std::string& file, std::span<const std::byte> bytes) : bytes_(bytes) {
  const Reader reader(file, bytes);
  const Elf64_Ehdr header = reader.header();
  if (header.e_phentsize != sizeof(Elf64_Phdr)) reader.fail("is damaged: odd size of program headers");
  reader.check_segments(header);
  if (header.e_shnum == 0 || header.e_shentsize != sizeof(Elf64_Shdr)) {
    reader.fail("has no section headers; a library that was not stripped of them is wanted");
  }
  const std::vector<Elf64_Shdr> sections = reader.sections(header);
  reader.read_symbols(sections, exports_, demands_.imports);
  reader.read_demands(header, sections, demands_);
}

const ElfSymbol* ElfFile::find_export(const std::string& name) const {
  for (const ElfSymbol& symbol : exports_) {
    if (symbol.name == name) return &symbol;
  }
  return nullptr;
}

std::span<const std::byte> ElfFile::contents(std::uint64_t address, std::uint64_t size) const {
  Elf64_Ehdr header;
  std::memcpy(&header, bytes_.data(), sizeof header);
  for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment;
    std::memcpy(&segment, bytes_.data() + header.e_phoff + i * sizeof segment, sizeof segment);
    if (segment.p_type != PT_LOAD || address < segment.p_vaddr) continue;
    const std::uint64_t within = address - segment.p_vaddr;
    if (within > segment.p_filesz || size > segment.p_filesz - within) continue;
    return bytes_.subspan(segment.p_offset + within, size);
  }
  return {};
}

}  // namespace ksampler
