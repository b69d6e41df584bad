#include "host/plugin/elf.hpp"

#include "host/base/sanitized.hpp"
#include "tests/plugin/fixtures.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <elf.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>

namespace ksampler {
namespace {

using test::bytes_of_text;
using test::error_text;

class Elf : public testing::Test {
 protected:
  static std::string refusal(const std::string& bytes) {
    return error_text([&] { ElfFile("p.so", bytes_of_text(bytes)); });
  }
  // The refusal of the good library with one field of its header changed.
  template <typename T>
  std::string refusal_with(std::size_t offset, T value) const {
    std::string changed = good_;
    std::memcpy(changed.data() + offset, &value, sizeof value);
    return refusal(changed);
  }

  const std::string good_ = test::read_text(test::good_plugin("minimal"));
};

TEST_F(Elf, ListsTheOneExportOfAPlugin) {
  const ElfFile elf("p.so", bytes_of_text(good_));
  ASSERT_EQ(elf.exports().size(), 1u);
  EXPECT_EQ(elf.exports()[0].name, "ks_plugin_entry");
  EXPECT_TRUE(elf.exports()[0].is_object);
  if (KSAMPLER_SANITIZES_ADDRESSES) {  // clang counts what it puts behind
    EXPECT_GE(elf.exports()[0].size, 64u);
  } else {
    EXPECT_EQ(elf.exports()[0].size, 64u);
  }
  EXPECT_EQ(elf.find_export("ks_plugin"), nullptr);
}

TEST_F(Elf, ReadsInitialisedDataByAddress) {
  const ElfFile elf("p.so", bytes_of_text(good_));
  const auto head = elf.contents(elf.find_export("ks_plugin_entry")->address, 4);
  ASSERT_EQ(head.size(), 4u);
  std::uint32_t size = 0;
  std::memcpy(&size, head.data(), sizeof size);
  EXPECT_EQ(size, 64u);
  EXPECT_TRUE(elf.contents(~std::uint64_t{0} - 2, 4).empty());
  EXPECT_TRUE(elf.contents(0, ~std::uint64_t{0}).empty());
}

ElfDemands demands_of(const std::filesystem::path& file) {
  const std::string bytes = test::read_text(file);
  return ElfFile(file.string(), bytes_of_text(bytes)).demands();
}

TEST_F(Elf, NamesTheLibrariesThatAreNeededAndTheVersionsOfTheirSymbols) {
  const ElfDemands demands = demands_of(test::broken_plugin("needs_libtorch"));
  EXPECT_EQ(std::ranges::count(demands.libraries, "libtorch_stand_in.so"), 1);
  EXPECT_TRUE(std::ranges::any_of(
      demands.versions, [](const std::string& version) { return version.starts_with("GLIBC_2."); }));
}

TEST_F(Elf, SeesStaticThreadLocalStorageAndAnExecutableStack) {
  EXPECT_TRUE(demands_of(test::broken_plugin("static_tls")).static_tls);
  const ElfDemands fine = demands_of(test::broken_plugin("fine"));
  EXPECT_FALSE(fine.static_tls);
  EXPECT_FALSE(fine.executable_stack);
}

// With no header of a stack, the loader makes all stacks executable.
TEST_F(Elf, TakesAStackThatNothingIsSaidOfForAnExecutableOne) {
  std::string silent = good_;
  Elf64_Ehdr header;
  std::memcpy(&header, good_.data(), sizeof header);
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    const std::size_t at = header.e_phoff + i * sizeof(Elf64_Phdr);
    std::uint32_t type = 0;
    std::memcpy(&type, good_.data() + at, sizeof type);
    type = type == PT_GNU_STACK ? std::uint32_t{PT_NULL} : type;
    std::memcpy(silent.data() + at, &type, sizeof type);
  }
  EXPECT_TRUE(ElfFile("p.so", bytes_of_text(silent)).demands().executable_stack);
}

// Each library's chain of versions is made to begin where it stands: read on, it has no end.
TEST_F(Elf, RefusesChainsOfVersionsThatGoRound) {
  std::string round = test::read_text(test::broken_plugin("needs_libtorch"));
  Elf64_Ehdr header;
  std::memcpy(&header, round.data(), sizeof header);
  for (std::size_t i = 0; i < header.e_shnum; ++i) {
    Elf64_Shdr section;
    std::memcpy(&section, round.data() + header.e_shoff + i * sizeof section, sizeof section);
    if (section.sh_type != SHT_GNU_verneed) continue;
    Elf64_Verneed need;
    std::memcpy(&need, round.data() + section.sh_offset, sizeof need);
    need.vn_cnt = 0xFFFF;
    std::memcpy(round.data() + section.sh_offset, &need, sizeof need);
    Elf64_Vernaux version;
    const std::size_t at = section.sh_offset + need.vn_aux;
    std::memcpy(&version, round.data() + at, sizeof version);
    version.vna_next = 0;
    std::memcpy(round.data() + at, &version, sizeof version);
  }
  EXPECT_EQ(refusal(round), "p.so: is damaged: its versions have no end");
}

TEST_F(Elf, RefusesAnEmptyFile) {
  EXPECT_EQ(refusal(""), "p.so: is empty; a shared library is wanted");
}

TEST_F(Elf, RefusesOtherFormatsByName) {
  EXPECT_EQ(refusal("MZ\x90"), "p.so: is not a shared library (ELF), but a Windows library");
  EXPECT_EQ(refusal("\xCF\xFA\xED\xFE"), "p.so: is not a shared library (ELF), but a macOS library");
  EXPECT_EQ(refusal("!<arch>\n"), "p.so: is not a shared library (ELF), but a static library");
  EXPECT_EQ(refusal("#!/bin/sh"), "p.so: is not a shared library (ELF), but a script");
  EXPECT_EQ(refusal("[plugin]"), "p.so: is not a shared library (ELF), but something else");
}

TEST_F(Elf, RefusesAnotherArchitecture) {
#if defined(__x86_64__)
  const std::string here = "x86-64";
#else
  const std::string here = "AArch64";
#endif
  EXPECT_EQ(refusal_with<std::uint16_t>(offsetof(Elf64_Ehdr, e_machine), EM_S390),
            "p.so: is built for S/390; this host runs on " + here);
}

TEST_F(Elf, RefusesA32BitLibrary) {
  EXPECT_EQ(refusal_with<char>(EI_CLASS, ELFCLASS32),
            "p.so: is a 32-bit library; this host loads 64-bit ones");
}

TEST_F(Elf, RefusesABigEndianLibrary) {
  EXPECT_EQ(refusal_with<char>(EI_DATA, ELFDATA2MSB),
            "p.so: is a big-endian library; this host is little-endian");
}

TEST_F(Elf, RefusesAProgramAndAnObjectFile) {
  constexpr std::size_t kType = offsetof(Elf64_Ehdr, e_type);
  EXPECT_EQ(refusal_with<std::uint16_t>(kType, ET_EXEC),
            "p.so: is a program; a shared library is wanted");
  EXPECT_EQ(refusal_with<std::uint16_t>(kType, ET_REL),
            "p.so: is an object file; a shared library is wanted");
}

TEST_F(Elf, RefusesALibraryCutShortAnywhere) {
  for (std::size_t size = 1; size < good_.size(); size += 1 + size / 64) {
    const std::string text = refusal(good_.substr(0, size));
    EXPECT_TRUE(text.starts_with("p.so: is cut short")) << size << ": " << text;
  }
  EXPECT_EQ(refusal(good_.substr(0, good_.size() - 1)),
            "p.so: is cut short: its section headers should end at byte " +
                std::to_string(good_.size()) + ", and the file has " +
                std::to_string(good_.size() - 1));
}

TEST_F(Elf, RefusesALibraryWithoutSectionHeaders) {
  EXPECT_EQ(refusal_with<std::uint16_t>(offsetof(Elf64_Ehdr, e_shnum), 0),
            "p.so: has no section headers; a library that was not stripped of them is wanted");
}

// Read or refused, and never a read outside the bytes (the sanitizers watch).
TEST_F(Elf, NothingWorseHappensToDamagedHeaders) {
  std::mt19937 random(1);
  Elf64_Ehdr header;
  std::memcpy(&header, good_.data(), sizeof header);
  int refused = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string damaged = good_;
    for (int flips = 1 + i % 4; flips > 0; --flips) {
      // In the header, the program headers or the section headers.
      const std::size_t starts[] = {0, header.e_phoff, header.e_shoff};
      const std::size_t sizes[] = {sizeof header, header.e_phnum * sizeof(Elf64_Phdr),
                                   header.e_shnum * sizeof(Elf64_Shdr)};
      const std::size_t part = random() % 3;
      damaged[starts[part] + random() % sizes[part]] = static_cast<char>(random());
    }
    try {
      const ElfFile elf("p.so", bytes_of_text(damaged));
      for (const ElfSymbol& symbol : elf.exports()) elf.contents(symbol.address, symbol.size);
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace ksampler
