#include "host/plugin/elf.hpp"

#include "host/base/sentence.hpp"
#include "host/plugin/elf_image.hpp"

namespace ksampler {
namespace {

using Sections = std::vector<Elf64_Shdr>;

// Calls `look(section, names)` for each section of one type, with the section of the strings that its
// entries refer to.
template <typename Look>
void each_section(const ElfImage& image, const Sections& sections, std::uint32_t type, const char* what,
                  Look&& look) {
  for (const Elf64_Shdr& section : sections) {
    if (section.sh_type != type || section.sh_link >= sections.size()) continue;
    const Elf64_Shdr& names = sections[section.sh_link];
    if (names.sh_type != SHT_STRTAB) image.fail(sentence("is damaged: its {} have no names", what));
    look(section, names);
  }
}

// The same for each entry of those sections: `look(entry, names)`.
template <typename Entry, typename Look>
void each_entry(const ElfImage& image, const Sections& sections, std::uint32_t type, const char* what,
                Look&& look) {
  each_section(image, sections, type, what, [&](const Elf64_Shdr& section, const Elf64_Shdr& names) {
    for (std::uint64_t at = 0; at + sizeof(Entry) <= section.sh_size; at += sizeof(Entry))
      look(image.at<Entry>(section.sh_offset + at, what), names);
  });
}

void read_symbols(const ElfImage& image, const Sections& sections, std::vector<ElfSymbol>& exports,
                  std::vector<std::string>& imports) {
  const auto look = [&](const Elf64_Sym& symbol, const Elf64_Shdr& names) {
    const auto binding = ELF64_ST_BIND(symbol.st_info);
    const auto visibility = ELF64_ST_VISIBILITY(symbol.st_other);
    if (binding == STB_LOCAL) return;
    if (symbol.st_shndx == SHN_UNDEF) return imports.push_back(image.name_at(names, symbol.st_name));
    if (visibility != STV_DEFAULT && visibility != STV_PROTECTED) return;
    exports.push_back({image.name_at(names, symbol.st_name),
                       ELF64_ST_TYPE(symbol.st_info) == STT_OBJECT, binding == STB_GNU_UNIQUE,
                       symbol.st_value, symbol.st_size});
  };
  each_entry<Elf64_Sym>(image, sections, SHT_DYNSYM, "symbols", look);
}

void read_segments(const std::vector<Elf64_Phdr>& segments, ElfDemands& demands) {
  demands.executable_stack = true;  // without a header of it, the loader assumes the worst
  for (const Elf64_Phdr& segment : segments) {
    demands.has_thread_locals |= segment.p_type == PT_TLS;
    if (segment.p_type == PT_GNU_STACK) demands.executable_stack = (segment.p_flags & PF_X) != 0;
  }
}

void read_dynamic(const ElfImage& image, const Sections& sections, ElfDemands& demands) {
  const auto look = [&](const Elf64_Dyn& entry, const Elf64_Shdr& names) {
    const std::uint64_t value = entry.d_un.d_val;
    if (entry.d_tag == DT_NEEDED) demands.libraries.push_back(image.name_at(names, value));
    if (entry.d_tag == DT_FLAGS) demands.static_tls |= (value & DF_STATIC_TLS) != 0;
    if (entry.d_tag == DT_FLAGS_1) demands.is_never_unloaded |= (value & DF_1_NODELETE) != 0;
  };
  each_entry<Elf64_Dyn>(image, sections, SHT_DYNAMIC, "needs", look);
}

// Two chains in one section: of libraries, and for each of them of its versions.
void read_versions(const ElfImage& image, const Sections& sections, ElfDemands& demands) {
  constexpr const char* kWhat = "versions";
  const auto look = [&](const Elf64_Shdr& section, const Elf64_Shdr& names) {
    // Links that go round, or chains that share their ends, would take forever.
    std::uint64_t left = section.sh_size / sizeof(Elf64_Vernaux);
    std::uint64_t at = section.sh_offset;
    for (std::uint64_t library = 0; library < section.sh_info; ++library) {
      const auto need = image.at<Elf64_Verneed>(at, kWhat);
      std::uint64_t version_at = at + need.vn_aux;
      for (unsigned i = 0; i < need.vn_cnt; ++i) {
        if (left-- == 0) image.fail("is damaged: its versions have no end");
        const auto version = image.at<Elf64_Vernaux>(version_at, kWhat);
        demands.versions.push_back(image.name_at(names, version.vna_name));
        version_at += version.vna_next;
      }
      if (need.vn_next == 0) return;
      at += need.vn_next;
    }
  };
  each_section(image, sections, SHT_GNU_verneed, kWhat, look);
}

}  // namespace

ElfFile::ElfFile(const std::string& file, std::span<const std::byte> bytes) : bytes_(bytes) {
  const ElfImage image(file, bytes);
  const Elf64_Ehdr header = image.header();
  const std::vector<Elf64_Phdr> segments = image.segments(header);
  const Sections sections = image.sections(header);
  read_symbols(image, sections, exports_, demands_.imports);
  read_segments(segments, demands_);
  read_dynamic(image, sections, demands_);
  read_versions(image, sections, demands_);
  for (const Elf64_Phdr& segment : segments) {
    if (segment.p_type == PT_LOAD)
      loaded_.push_back({segment.p_vaddr, segment.p_offset, segment.p_filesz});
  }
}

const ElfSymbol* ElfFile::find_export(const std::string& name) const {
  for (const ElfSymbol& symbol : exports_) {
    if (symbol.name == name) return &symbol;
  }
  return nullptr;
}

std::span<const std::byte> ElfFile::contents(std::uint64_t address, std::uint64_t size) const {
  for (const Loaded& part : loaded_) {
    if (address < part.address) continue;
    const std::uint64_t within = address - part.address;
    if (within > part.size || size > part.size - within) continue;
    return bytes_.subspan(part.offset + within, size);
  }
  return {};
}

}  // namespace ksampler
