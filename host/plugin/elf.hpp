// A look into a shared library's file (ELF) before it is loaded: the loader trusts what it maps, and a
// file that is cut short kills the process.
#ifndef KSAMPLER_PLUGIN_ELF_HPP
#define KSAMPLER_PLUGIN_ELF_HPP

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ksampler {

struct ElfSymbol {
  std::string name;
  bool is_object = false;  // data, not a function
  bool is_unique = false;  // STB_GNU_UNIQUE: never unloaded
  std::uint64_t address = 0;
  std::uint64_t size = 0;
};

// What the loader does with a library, and what the library asks for.
struct ElfDemands {
  std::vector<std::string> imports;    // symbols of other libraries
  std::vector<std::string> libraries;  // DT_NEEDED
  std::vector<std::string> versions;   // of symbols of those: "GLIBC_2.34", ...
  bool has_thread_locals = false;      // PT_TLS
  bool static_tls = false;             // DF_STATIC_TLS
  bool is_never_unloaded = false;      // DF_1_NODELETE
  bool executable_stack = false;       // PT_GNU_STACK
};

class ElfFile {
 public:
  // Checks that `bytes` are a whole shared library for this machine. `file` is for messages. Throws
  // Error. The bytes must outlive the object.
  ElfFile(const std::string& file, std::span<const std::byte> bytes);

  // What the library exports.
  const std::vector<ElfSymbol>& exports() const { return exports_; }
  const ElfSymbol* find_export(const std::string& name) const;

  const ElfDemands& demands() const { return demands_; }

  // The bytes that the file holds for a loaded address, before relocation; empty where it holds none.
  std::span<const std::byte> contents(std::uint64_t address, std::uint64_t size) const;

 private:
  struct Loaded {
    std::uint64_t address;
    std::uint64_t offset;  // in the file
    std::uint64_t size;
  };

  std::span<const std::byte> bytes_;
  std::vector<Loaded> loaded_;
  std::vector<ElfSymbol> exports_;
  ElfDemands demands_;
};

}  // namespace ksampler

#endif
