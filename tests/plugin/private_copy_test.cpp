#include "host/plugin/private_copy.hpp"

#include "host/base/error.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <optional>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

using test::bytes_of_text;
using test::error_text;

// Another temporary folder for the process, while the object lives.
class Tmpdir {
 public:
  explicit Tmpdir(const fs::path& folder) {
    if (const char* before = std::getenv("TMPDIR")) before_ = before;
    ::setenv("TMPDIR", folder.c_str(), 1);
  }
  ~Tmpdir() {
    if (before_) {
      ::setenv("TMPDIR", before_->c_str(), 1);
    } else {
      ::unsetenv("TMPDIR");
    }
  }

 private:
  std::optional<std::string> before_;
};

class PrivateCopies : public testing::Test {
 protected:
  PrivateCopies() {
    fs::create_directories(temporary_);
    test::write_text(file_, "the library");
  }

  test::TemporaryFolder folder_;
  fs::path temporary_ = folder_ / "tmp";
  fs::path file_ = folder_ / "plugin" / "euler.so";
};

TEST_F(PrivateCopies, HaveTheNameOfTheOriginalAndGoWithTheObject) {
  const Tmpdir here(temporary_);
  {
    const PrivateCopy copy(file_, bytes_of_text("the library"));
    EXPECT_EQ(copy.path().filename(), "euler.so");
    EXPECT_EQ(copy.path().parent_path().parent_path(), temporary_);
    EXPECT_EQ(test::read_text(copy.path()), "the library");
  }
  EXPECT_TRUE(fs::is_empty(temporary_));
}

TEST_F(PrivateCopies, OfOneFileDoNotMeet) {
  const PrivateCopy first(file_, bytes_of_text("old"), temporary_);
  const PrivateCopy second(file_, bytes_of_text("new"), temporary_);
  EXPECT_EQ(test::read_text(first.path()), "old");
  EXPECT_EQ(test::read_text(second.path()), "new");
}

TEST_F(PrivateCopies, LieBesideTheOriginalWhereThereIsNoTemporaryFolder) {
  const Tmpdir nowhere(folder_ / "nowhere");
  {
    const PrivateCopy copy(file_, bytes_of_text("the library"));
    EXPECT_EQ(copy.path().parent_path().parent_path(), file_.parent_path());
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(file_.parent_path()), {}), 1);
}

TEST_F(PrivateCopies, LieBesideTheOriginalWhereTheTemporaryFolderIsMountedNoexec) {
  // As most systems mount them.
  const fs::path folders[] = {"/proc", "/sys", "/dev/shm", "/run"};
  const auto noexec = std::ranges::find_if(folders, [](const fs::path& folder) {
    struct statvfs facts {};
    return ::statvfs(folder.c_str(), &facts) == 0 && (facts.f_flag & ST_NOEXEC) != 0;
  });
  if (noexec == std::end(folders)) GTEST_SKIP() << "nothing is mounted noexec here";
  const Tmpdir there(*noexec);
  const PrivateCopy copy(file_, bytes_of_text("the library"));
  EXPECT_EQ(copy.path().parent_path().parent_path(), file_.parent_path());
  const fs::path file = *noexec / "euler.so";
  EXPECT_EQ(error_text([&] { PrivateCopy(file, bytes_of_text("the library")); }),
            file.string() + ": cannot be loaded: no code is loaded from " + noexec->string() +
                ", which is mounted noexec");
}

TEST_F(PrivateCopies, ThatCannotBeWrittenNameTheFileAndTheFolder) {
  const fs::path none = folder_ / "none";
  EXPECT_EQ(error_text([&] { PrivateCopy(file_, bytes_of_text("the library"), none); }),
            file_.string() + ": cannot be loaded: no private copy of it can be written to " +
                none.string() + ": No such file or directory");
}

}  // namespace
}  // namespace ksampler
