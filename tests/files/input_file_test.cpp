#include "host/files/input_file.hpp"

#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ksampler {
namespace {

using test::error_text;

std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(InputFile, GivesItsBytes) {
  const test::TemporaryFolder folder;
  test::write_text(folder / "file", "what it says");
  const InputFile file(folder / "file");
  EXPECT_EQ(file.size(), 12u);
  EXPECT_EQ(text_of(file.bytes()), "what it says");
  std::vector<std::byte> part(2);
  file.read(5, part);
  EXPECT_EQ(text_of(part), "it");
}

TEST(InputFile, GoesOnWithTheFileThatAnotherTookTheNameOf) {
  const test::TemporaryFolder folder;
  test::write_text(folder / "file", "old");
  const InputFile file(folder / "file");
  test::write_text(folder / "new", "a new one");
  std::filesystem::rename(folder / "new", folder / "file");
  EXPECT_EQ(text_of(file.bytes()), "old");
}

// A mapping would end the program here.
TEST(InputFile, SaysThatItWasCutShort) {
  const test::TemporaryFolder folder;
  test::write_text(folder / "file", std::string(100'000, 'x'));
  const InputFile file(folder / "file");
  std::filesystem::resize_file(folder / "file", 10);
  const std::string text = error_text([&] { file.bytes(); });
  EXPECT_EQ(text,
            (folder / "file").string() +
                ": was written to while it was being read; a program that saves to a new file and "
                "renames it does not disturb a run");
}

TEST(InputFile, NamesWhatIsNoFile) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(error_text([&] { InputFile{folder / "none"}; }),
            (folder / "none").string() + ": no such file");
  EXPECT_EQ(error_text([&] { InputFile{folder.path()}; }),
            folder.path().string() + ": is a folder; a file is wanted");
  EXPECT_EQ(error_text([&] { InputFile{"/dev/zero"}; }), "/dev/zero: is not a regular file");
}

}  // namespace
}  // namespace ksampler
