// Reading TOML so that everything wrong with a file is said at once, each with line and column.
#ifndef KSAMPLER_PLUGIN_TOML_READER_HPP
#define KSAMPLER_PLUGIN_TOML_READER_HPP

#include "host/base/error.hpp"

// As Debian builds toml++'s own library. It has assertions of what a text may break (found by
// tests/fuzz/manifest_fuzz: parse_key of 3.3), behind which the same is an error of syntax.
#define TOML_ASSERT(condition) static_cast<void>(0)
#include <toml++/toml.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ksampler {

// Collects what is wrong with one file.
class TomlReport {
 public:
  explicit TomlReport(std::string file) : file_(std::move(file)) {}

  void add(const toml::source_region& where, const std::string& message);
  std::size_t size() const { return problems_.size(); }
  void throw_if_any() const;

 private:
  std::string file_;
  std::vector<Diagnostic> problems_;
};

// One table: each getter takes a key, and reports where it is missing or of another type. finish()
// reports the keys that nobody asked for.
class TomlTable {
 public:
  // `what` is what messages call it: "[plugin]".
  TomlTable(const toml::table& table, std::string what, TomlReport& report)
      : table_(table), what_(std::move(what)), report_(report) {}

  std::string string(const char* key);
  std::uint32_t count(const char* key);  // 0 to 2^32-1
  std::vector<std::string> strings(const char* key);
  std::vector<std::uint32_t> counts(const char* key, std::size_t wanted);
  // Numbers and nodes that may be missing.
  std::optional<double> number(const char* key);
  const toml::node* node(const char* key);
  // The tables of [[key]]; none where it is missing.
  std::vector<const toml::table*> tables(const char* key);

  // The index of a string in a list of names; the indices of a list of strings.
  std::size_t choice(const char* key, const std::vector<std::string>& names);
  std::vector<std::size_t> choices(const char* key, const std::vector<std::string>& names);

  void finish();

  const std::string& what() const { return what_; }
  void report(const std::string& message);                          // at the table
  void report(const toml::node& node, const std::string& message);  // at a value
  void wrong_type(const char* key, const toml::node& node, const std::string& wanted);

 private:
  const toml::node* required(const char* key);
  std::vector<const toml::node*> elements(const char* key);
  std::size_t index(const char* key, const toml::node& node, const std::vector<std::string>& names);

  const toml::table& table_;
  std::string what_;
  TomlReport& report_;
  std::vector<std::string> asked_;
  std::vector<std::string> missing_;
};

}  // namespace ksampler

#endif
