#include "host/conformance/elf_facts.hpp"

#include "host/base/error.hpp"

#include <elf.h>

#include <charconv>
#include <cstring>

namespace ksampler::conformance {
namespace {

class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  template <typename T>
  T at(std::uint64_t offset) const {
    if (offset > bytes_.size() || sizeof(T) > bytes_.size() - offset) throw Error("is damaged");
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof value);
    return value;
  }
  std::string text(const Elf64_Shdr& names, std::uint64_t offset) const {
    std::string text;
    std::uint64_t at_byte = names.sh_offset + offset;
    for (char c = at<char>(at_byte); c != 0; c = at<char>(++at_byte)) text += c;
    return text;
  }
  std::vector<Elf64_Shdr> sections() const {
    const auto header = at<Elf64_Ehdr>(0);
    std::vector<Elf64_Shdr> sections;
    for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
      sections.push_back(at<Elf64_Shdr>(header.e_shoff + i * sizeof(Elf64_Shdr)));
    }
    return sections;
  }
  bool executable_stack() const {
    const auto header = at<Elf64_Ehdr>(0);
    for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
      const auto segment = at<Elf64_Phdr>(header.e_phoff + i * sizeof(Elf64_Phdr));
      if (segment.p_type == PT_GNU_STACK) return (segment.p_flags & PF_X) != 0;
    }
    return true;  // without that header, the loader assumes the worst
  }

 private:
  std::span<const std::byte> bytes_;
};

void read_dynamic(const Reader& reader, const Elf64_Shdr& section, const Elf64_Shdr& names,
                  ElfFacts& facts) {
  for (std::uint64_t at = 0; at + sizeof(Elf64_Dyn) <= section.sh_size; at += sizeof(Elf64_Dyn)) {
    const auto entry = reader.at<Elf64_Dyn>(section.sh_offset + at);
    if (entry.d_tag == DT_NULL) return;
    if (entry.d_tag == DT_NEEDED) facts.needed.push_back(reader.text(names, entry.d_un.d_val));
    if (entry.d_tag == DT_FLAGS && (entry.d_un.d_val & DF_STATIC_TLS) != 0) facts.static_tls = true;
  }
}

// Two chains in one section: of libraries, and for each of its versions.
void read_versions(const Reader& reader, const Elf64_Shdr& section, const Elf64_Shdr& names,
                   ElfFacts& facts) {
  std::uint64_t at = section.sh_offset;
  for (std::uint64_t library = 0; library < section.sh_info; ++library) {
    const auto need = reader.at<Elf64_Verneed>(at);
    std::uint64_t version_at = at + need.vn_aux;
    for (unsigned i = 0; i < need.vn_cnt; ++i) {
      const auto version = reader.at<Elf64_Vernaux>(version_at);
      facts.versions.push_back(reader.text(names, version.vna_name));
      version_at += version.vna_next;
    }
    at += need.vn_next;
  }
}

std::vector<unsigned> numbers_of(const std::string& version) {
  std::vector<unsigned> numbers;
  const char* end = version.data() + version.size();
  for (const char* at = version.data(); at < end; ++at) {
    unsigned number = 0;
    const auto [stop, error] = std::from_chars(at, end, number);
    if (error != std::errc{}) break;
    numbers.push_back(number);
    at = stop;
  }
  return numbers;
}

}  // namespace

ElfFacts read_elf_facts(std::span<const std::byte> bytes) {
  const Reader reader(bytes);
  ElfFacts facts;
  facts.executable_stack = reader.executable_stack();
  const std::vector<Elf64_Shdr> sections = reader.sections();
  for (const Elf64_Shdr& section : sections) {
    if (section.sh_link >= sections.size()) continue;
    const Elf64_Shdr& names = sections[section.sh_link];
    if (section.sh_type == SHT_DYNAMIC) read_dynamic(reader, section, names, facts);
    if (section.sh_type == SHT_GNU_verneed) read_versions(reader, section, names, facts);
  }
  return facts;
}

std::string highest_version(const ElfFacts& facts, const std::string& prefix) {
  std::string highest;
  for (const std::string& version : facts.versions) {
    if (!version.starts_with(prefix + "_")) continue;
    const std::string number = version.substr(prefix.size() + 1);
    if (!numbers_of(number).empty() && (highest.empty() || is_above(number, highest))) highest = number;
  }
  return highest;
}

bool is_above(const std::string& a, const std::string& b) { return numbers_of(a) > numbers_of(b); }

}  // namespace ksampler::conformance
