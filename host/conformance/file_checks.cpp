// What the file tells with no code of it run.
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/symbol_versions.hpp"
#include "host/plugin/elf.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/manifest.hpp"
#include "host/plugin/read_file.hpp"

#include <ks/ks.h>

namespace ksampler::conformance {
namespace {

// Debian 12, the oldest system that hosts are built for.
constexpr const char* kGlibc = "2.36";
constexpr const char* kGlibcxx = "3.4.30";

template <typename Ask>
Result of_elf(const Subject& subject, Ask&& ask) {
  const std::vector<std::byte> bytes = read_file(subject.copy);
  return ask(ElfFile(subject.file.string(), bytes));
}

ElfDemands demands_of(const Subject& subject) {
  const std::vector<std::byte> bytes = read_file(subject.copy);
  return ElfFile(subject.file.string(), bytes).demands();
}

Result shared_library(const Subject& subject) {
  return of_elf(subject, [](const ElfFile&) { return pass(); });
}

Result entry_symbol(const Subject& subject) {
  return of_elf(subject, [](const ElfFile& elf) {
    const ElfSymbol* entry = elf.find_export(KS_PLUGIN_ENTRY_SYMBOL);
    if (entry == nullptr) return fail("does not export " KS_PLUGIN_ENTRY_SYMBOL);
    if (!entry->is_object) return fail(KS_PLUGIN_ENTRY_SYMBOL " is a function; data is wanted");
    if (entry->size < sizeof(ks_plugin)) {
      return fail(sentence(KS_PLUGIN_ENTRY_SYMBOL " has {} bytes; ks_plugin has {}", entry->size,
                           sizeof(ks_plugin)));
    }
    return pass();
  });
}

Result one_exported_symbol(const Subject& subject) {
  return of_elf(subject, [](const ElfFile& elf) {
    std::vector<std::string> others;
    for (const ElfSymbol& symbol : elf.exports()) {
      if (symbol.name != KS_PLUGIN_ENTRY_SYMBOL && !symbol.is_unique)
        others.push_back(printable(symbol.name, 60));
    }
    if (others.empty()) return pass();
    const std::size_t count = others.size();
    if (count > 3) others.resize(3);
    return fail(sentence(
        "exports other symbols, {}: {}{}; hide them with a version script (ks_plugin_properties does)",
        count, listed(others), count > 3 ? ", ..." : ""));
  });
}

Result no_unique_symbols(const Subject& subject) {
  return of_elf(subject, [](const ElfFile& elf) {
    for (const ElfSymbol& symbol : elf.exports()) {
      if (symbol.is_unique) {
        return fail(printable(symbol.name, 60) + " is STB_GNU_UNIQUE; compile with -fno-gnu-unique");
      }
    }
    return pass();
  });
}

Result no_static_tls(const Subject& subject) {
  if (!demands_of(subject).static_tls) return pass();
  return fail("has DF_STATIC_TLS; compile without -ftls-model=initial-exec");
}

Result no_executable_stack(const Subject& subject) {
  if (!demands_of(subject).executable_stack) return pass();
  return fail("wants an executable stack; link with -z noexecstack");
}

Result no_libtorch(const Subject& subject) {
  const std::vector<std::string> needed = demands_of(subject).libraries;
  for (const std::string& library : needed) {
    for (const char* part : {"libtorch", "libc10", "libcuda", "libksampler", "libpython"}) {
      if (library.starts_with(part)) return fail("needs " + printable(library, 60));
    }
  }
  return pass("needs " + (needed.empty() ? "no library" : listed(needed)));
}

Result version_of(const Subject& subject, const char* prefix, const char* newest) {
  const std::string needed = highest_version(demands_of(subject).versions, prefix);
  if (needed.empty()) return pass("none");
  const std::string text = sentence("{} {}", prefix, printable(needed, 20));
  if (is_above(needed, newest)) return warn(sentence("{}; Debian 12 has {}", text, newest));
  return pass(text);
}

Result glibc_version(const Subject& subject) { return version_of(subject, "GLIBC", kGlibc); }
Result glibcxx_version(const Subject& subject) { return version_of(subject, "GLIBCXX", kGlibcxx); }

std::filesystem::path manifest_of(const Subject& subject) {
  return std::filesystem::absolute(subject.file).parent_path() / "plugin.toml";
}

Result manifest_readable(const Subject& subject) {
  if (!std::filesystem::exists(manifest_of(subject))) {
    return skip(
        "there is no plugin.toml beside it; `ksampler describe PLUGIN --out plugin.toml` writes it");
  }
  const Manifest manifest = read_manifest(manifest_of(subject));
  if (manifest.library.filename() == subject.file.filename()) return pass();
  return skip("plugin.toml is that of " + printable(manifest.library.filename().string(), 60));
}

Result manifest_equals_binary(const Subject& subject) {
  if (!std::filesystem::exists(manifest_of(subject))) return skip("there is no plugin.toml beside it");
  Manifest manifest;
  try {
    manifest = read_manifest(manifest_of(subject));
  } catch (const Error&) {
    return skip("see manifest-readable");
  }
  if (manifest.library.filename() != subject.file.filename()) return skip("see manifest-readable");
  const auto found = differences(manifest.plugin, Library::open(subject.copy)->description());
  if (found.empty()) return pass();
  return fail(sentence("{}{}; write it anew with `ksampler describe`", found.front(),
                       found.size() > 1 ? sentence("; and {} more", found.size() - 1) : ""));
}

}  // namespace

Checks file_checks() {
  return {
      {"shared-library", "file", Scope::file,
       "The file is a whole shared library (ELF) for this machine.", shared_library, true},
      {"entry-symbol", "file", Scope::file,
       "It exports ks_plugin_entry, as data, so that a host reads the ABI's version before it runs any "
       "code.",
       entry_symbol},
      {"one-exported-symbol", "file", Scope::file,
       "It exports nothing but ks_plugin_entry: what else is exported may bind to another plugin's "
       "code.",
       one_exported_symbol},
      {"no-unique-symbols", "file", Scope::file,
       "It has no STB_GNU_UNIQUE symbols, which pin a library in memory and survive its reload.",
       no_unique_symbols},
      {"no-static-tls", "file", Scope::file,
       "It takes no static thread-local storage, which runs out after some copies of a library.",
       no_static_tls},
      {"no-executable-stack", "file", Scope::file,
       "It does not make the stack of the whole process executable.", no_executable_stack},
      {"no-libtorch", "file", Scope::file,
       "It needs neither LibTorch nor CUDA, Python or the host, so that it loads in every host.",
       no_libtorch},
      {"glibc-version", "file", Scope::file,
       "It needs no newer C library than Debian 12 has, the oldest system that hosts are built for.",
       glibc_version},
      {"glibcxx-version", "file", Scope::file, "The same for the C++ library.", glibcxx_version},
      {"manifest-readable", "file", Scope::file,
       "The plugin.toml beside it follows the rules: hosts list plugins from it and load nothing.",
       manifest_readable},
      {"manifest-equals-binary", "file", Scope::plugin,
       "What plugin.toml says of the plugin is what the library itself says.", manifest_equals_binary},
  };
}

}  // namespace ksampler::conformance
