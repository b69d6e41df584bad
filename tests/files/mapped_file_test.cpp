#include "host/files/mapped_file.hpp"

#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace ksampler {
namespace {

// The pages of the mapping at `address` that this process holds, in KiB.
long resident(const void* address) {
  std::ifstream maps("/proc/self/smaps");
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  bool here = false;
  for (std::string line; std::getline(maps, line);) {
    const std::size_t dash = line.find('-');
    if (dash != std::string::npos && dash <= 16 && line.find(':') > dash) {
      here = std::stoul(line, nullptr, 16) <= wanted &&
             wanted < std::stoul(line.substr(dash + 1), nullptr, 16);
    }
    if (here && line.starts_with("Rss:")) return std::stol(line.substr(4));
  }
  return -1;
}

TEST(MappedFile, ForgetsWholePagesAndReadsThemAgain) {
  const test::TemporaryFolder folder;
  std::string text(1 << 20, '\0');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 31 >> 3);
  test::write_text(folder / "file", text);
  const MappedFile file(folder / "file");
  const auto whole = [&] {
    return std::string(reinterpret_cast<const char*>(file.bytes().data()), text.size());
  };
  EXPECT_EQ(whole(), text);
  EXPECT_EQ(resident(file.bytes().data()), 1024);
  // From within the first page into the last: both stay.
  file.forget(file.bytes().subspan(10, text.size() - 20));
  EXPECT_LE(resident(file.bytes().data()), 128);  // two pages, of 64 KiB at most
  EXPECT_EQ(whole(), text);
}

TEST(MappedFile, LeavesAloneWhatIsNotOfTheFile) {
  const test::TemporaryFolder folder;
  test::write_text(folder / "file", "text");
  const MappedFile file(folder / "file");
  const std::vector<std::byte> other(1 << 20, std::byte{7});
  file.forget(other);
  EXPECT_EQ(other, std::vector<std::byte>(1 << 20, std::byte{7}));
}

}  // namespace
}  // namespace ksampler
