#include "host/files/sha256.hpp"

#include "host/base/error.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace ksampler {
namespace {

namespace fs = std::filesystem;
using test::read_text;
using test::write_text;

// FIPS 180-2, appendix B.1, and of no bytes.
constexpr char kAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr char kNothing[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

class HashOfAFile : public ::testing::Test {
 protected:
  // Large enough to be kept: 5 MiB of one letter.
  void write_large(char letter) const {
    write_text(folder_ / "large", std::string(5 << 20, letter));
    fs::last_write_time(folder_ / "large", fs::file_time_type(std::chrono::hours(1)));
  }

  test::TemporaryFolder folder_;
  fs::path book_ = folder_ / "cache/sha256.txt";
};

TEST_F(HashOfAFile, IsThatOfTheStandard) {
  write_text(folder_ / "abc", "abc");
  write_text(folder_ / "empty", "");
  EXPECT_EQ(sha256_of(folder_ / "abc"), kAbc);
  EXPECT_EQ(sha256_of(folder_ / "empty"), kNothing);
}

TEST_F(HashOfAFile, NamesAFileThatCannotBeRead) {
  EXPECT_EQ(test::error_text([&] { sha256_of(folder_ / "none"); }),
            (folder_ / "none").string() + ": no such file");
  EXPECT_EQ(test::error_text([&] { KnownHashes(book_).of(folder_ / "none"); }),
            (folder_ / "none").string() + ": no such file");
}

TEST_F(HashOfAFile, IsKeptWhileSizeAndTimeAreTheSame) {
  write_large('a');
  const std::string first = KnownHashes(book_).of(folder_ / "large");
  EXPECT_EQ(first, sha256_of(folder_ / "large"));
  // Other bytes, behind the back of size and time: not read again.
  write_large('b');
  EXPECT_EQ(KnownHashes(book_).of(folder_ / "large"), first);
  fs::last_write_time(folder_ / "large", fs::file_time_type(std::chrono::hours(2)));
  EXPECT_EQ(KnownHashes(book_).of(folder_ / "large"), sha256_of(folder_ / "large"));
}

TEST_F(HashOfAFile, IsNotKeptOfAFileThatIsReadInNoTime) {
  write_text(folder_ / "abc", "abc");
  EXPECT_EQ(KnownHashes(book_).of(folder_ / "abc"), kAbc);
  EXPECT_FALSE(fs::exists(book_));
}

TEST_F(HashOfAFile, IsFoundWithoutABookOrWithABrokenOne) {
  write_large('a');
  const std::string hash = sha256_of(folder_ / "large");
  EXPECT_EQ(KnownHashes({}).of(folder_ / "large"), hash);
  write_text(book_, "nonsense\n\nabcdef 5 x /tmp/y\n" + std::string(64, '0') + " 1\n");
  EXPECT_EQ(KnownHashes(book_).of(folder_ / "large"), hash);
  EXPECT_EQ(read_text(book_).rfind(hash + " 5242880 ", 0), 0u);
  // A folder in the book's place.
  EXPECT_EQ(KnownHashes(folder_.path()).of(folder_ / "large"), hash);
}

}  // namespace
}  // namespace ksampler
