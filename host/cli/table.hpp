// Text in columns.
#ifndef KSAMPLER_CLI_TABLE_HPP
#define KSAMPLER_CLI_TABLE_HPP

#include <ostream>
#include <string>
#include <vector>

namespace ksampler {

// Columns as wide as their widest cell of up to 64, two spaces between them; a wider cell
// pushes the rest of its row. The last column ends where its text does, or is shortened to end within
// `columns`, where those are not 0; at the least it keeps 24.
class Table {
 public:
  explicit Table(std::size_t columns = 0) : columns_(columns) {}

  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  void print(std::ostream& out, const std::string& indent = "") const;

 private:
  std::size_t columns_;
  std::vector<std::vector<std::string>> rows_;
};

// Words in lines of at most `columns`, each line indented.
void print_wrapped(std::ostream& out, const std::vector<std::string>& words, const std::string& indent,
                   std::size_t columns = 100);

}  // namespace ksampler

#endif
