#include "host/files/output.hpp"

#include "host/files/temporary_file.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <linux/fs.h>
#include <seccomp.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <set>
#include <thread>

namespace ksampler {
namespace {

namespace fs = std::filesystem;
using test::bytes_of_text;
using test::error_text;
using test::read_text;
using test::TemporaryFolder;

constexpr rlim_t kLimit = 1 << 20;

// Runs `body` in a child that cannot write more than kLimit bytes to a file, as if the disk were full;
// what is sent at that point, SIGXFSZ, kills the child unless it is ignored. Returns waitpid's status.
template <typename Body>
int in_child_with_full_disk(bool ignore_signal, Body&& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGXFSZ, ignore_signal ? SIG_IGN : SIG_DFL);
    const rlimit limit{kLimit, kLimit};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    ::_exit(body());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

// Runs `body` in a child that sees a file system without hard links and without RENAME_NOREPLACE, as
// gcsfuse's and vboxsf's are; with `renames` false, without any rename that replaces. Returns its code.
template <typename Body>
int in_child_with_poor_disk(bool renames, Body&& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    const scmp_filter_ctx filter = ::seccomp_init(SCMP_ACT_ALLOW);
    for (const int call : {SCMP_SYS(link), SCMP_SYS(linkat)}) {
      ::seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0);
    }
    ::seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(renameat2), 1,
                       SCMP_A4(SCMP_CMP_MASKED_EQ, RENAME_NOREPLACE, RENAME_NOREPLACE));
    for (const int call : {SCMP_SYS(rename), SCMP_SYS(renameat)}) {
      if (!renames) ::seccomp_rule_add(filter, SCMP_ACT_ERRNO(EIO), call, 0);
    }
    if (::seccomp_load(filter) != 0) ::_exit(100);
    ::_exit(body());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 200;
}

TEST(WriteNumbered, NeedsNeitherHardLinksNorRenamesThatKeep) {
  const TemporaryFolder folder;
  const int code = in_child_with_poor_disk(/*renames=*/true, [&] {
    const auto first = write_numbered(folder.path(), "image", ".png", bytes_of_text("a"));
    const auto second = write_numbered(folder.path(), "image", ".png", bytes_of_text("b"));
    return first == folder / "image_00001_.png" && second == folder / "image_00002_.png" ? 0 : 1;
  });
  EXPECT_EQ(code, 0);
  EXPECT_EQ(read_text(folder / "image_00001_.png"), "a");
  EXPECT_EQ(read_text(folder / "image_00002_.png"), "b");
  EXPECT_EQ(folder.names().size(), 2u);
}

TEST(WriteNumbered, LeavesNoEmptyFileWhereNothingCanBeRenamed) {
  const TemporaryFolder folder;
  const int code = in_child_with_poor_disk(/*renames=*/false, [&] {
    const std::string said =
        error_text([&] { write_numbered(folder.path(), "image", ".png", bytes_of_text("a")); });
    return said == (folder / "image_00001_.png").string() + ": cannot be named: Input/output error" ? 0
                                                                                                    : 1;
  });
  EXPECT_EQ(code, 0);
  EXPECT_TRUE(folder.names().empty());
}

TEST(TemporaryFile, ReplacesNothingWhereThereAreNoHardLinks) {
  const TemporaryFolder folder;
  test::write_text(folder / "taken", "mine");
  const int code = in_child_with_poor_disk(/*renames=*/true, [&] {
    TemporaryFile temporary(folder / "taken");
    temporary.write(bytes_of_text("yours"));
    return temporary.take_name(folder / "taken") ? 1 : 0;
  });
  EXPECT_EQ(code, 0);
  EXPECT_EQ(read_text(folder / "taken"), "mine");
}

TEST(WriteNumbered, CountsFromOneAsComfyUi) {
  const TemporaryFolder folder;
  EXPECT_EQ(write_numbered(folder.path(), "image", ".png", bytes_of_text("a")),
            folder / "image_00001_.png");
  EXPECT_EQ(write_numbered(folder.path(), "image", ".png", bytes_of_text("b")),
            folder / "image_00002_.png");
  EXPECT_EQ(read_text(folder / "image_00001_.png"), "a");
  EXPECT_EQ(read_text(folder / "image_00002_.png"), "b");
  EXPECT_EQ(folder.names().size(), 2u);  // nothing temporary is left
}

TEST(WriteNumbered, GoesOnAboveTheHighestNumber) {
  const TemporaryFolder folder;
  test::write_text(folder / "image_00041_.png", "");
  test::write_text(folder / "image_00007_.latent", "");
  test::write_text(folder / "image_99999999999999999999_.png", "");  // no number that counts
  test::write_text(folder / "image_00100.png", "");                  // not of this form
  test::write_text(folder / "images_00500_.png", "");                // another's
  EXPECT_EQ(write_numbered(folder.path(), "image", ".png", {}), folder / "image_00042_.png");
}

TEST(WriteNumbered, GrowsBeyondFiveDigits) {
  const TemporaryFolder folder;
  test::write_text(folder / "image_99999_.png", "");
  EXPECT_EQ(write_numbered(folder.path(), "image", ".png", {}), folder / "image_100000_.png");
}

TEST(WriteNumbered, MakesTheFoldersOfAPrefix) {
  const TemporaryFolder folder;
  EXPECT_EQ(write_numbered(folder / "new", "a/b/image", ".png", bytes_of_text("x")),
            folder / "new/a/b/image_00001_.png");
}

TEST(WriteNumbered, RefusesAPrefixThatLeadsOut) {
  const TemporaryFolder folder;
  const auto refusal = [&](const std::string& prefix) {
    return error_text([&] { write_numbered(folder / "out", prefix, ".png", {}); });
  };
  EXPECT_EQ(refusal("../image"),
            "filename prefix '../image' leads out of the output folder; '..' is not accepted");
  EXPECT_EQ(refusal("a/../../image"),
            "filename prefix 'a/../../image' leads out of the output folder; '..' is not accepted");
  EXPECT_EQ(refusal("/tmp/image"),
            "filename prefix '/tmp/image' is absolute; a name within the output folder is wanted");
  EXPECT_EQ(refusal(""), "filename prefix '' does not end in the name of a file");
  EXPECT_EQ(refusal("folder/"), "filename prefix 'folder/' does not end in the name of a file");
  EXPECT_EQ(refusal("a\nb"), "filename prefix 'a\\x0ab' holds control characters");
  EXPECT_TRUE(folder.names().empty());
}

TEST(WriteNumbered, NamesAFolderThatCannotBeMade) {
  const TemporaryFolder folder;
  test::write_text(folder / "file", "");
  const std::string text = error_text([&] { write_numbered(folder / "file", "a/image", ".png", {}); });
  EXPECT_EQ(text, (folder / "file/a").string() + ": the folder cannot be made: Not a directory");
}

TEST(WriteNumbered, GivesEachOfManyWritersItsOwnNumber) {
  const TemporaryFolder folder;
  constexpr int kThreads = 4;
  constexpr int kFiles = 10;
  std::vector<std::vector<fs::path>> written(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kFiles; ++i) {
        const std::string text = std::to_string(t) + " " + std::to_string(i);
        written[t].push_back(write_numbered(folder.path(), "image", ".txt", bytes_of_text(text)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<fs::path> names;
  for (int t = 0; t < kThreads; ++t) {
    for (int i = 0; i < kFiles; ++i) {
      names.insert(written[t][i]);
      EXPECT_EQ(read_text(written[t][i]), std::to_string(t) + " " + std::to_string(i));
    }
  }
  EXPECT_EQ(names.size(), std::size_t{kThreads * kFiles});
  EXPECT_EQ(folder.names().size(), names.size());
}

TEST(WriteNumbered, LeavesNothingWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  const std::string text(2 * kLimit, 'x');
  const int status = in_child_with_full_disk(/*ignore_signal=*/true, [&] {
    const std::string said =
        error_text([&] { write_numbered(folder.path(), "image", ".png", bytes_of_text(text)); });
    const std::string wanted = (folder / "image_00001_.png").string() +
                               ": cannot be written: File too large; nothing was left under this name";
    return said == wanted ? 0 : 1;
  });
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  EXPECT_TRUE(folder.names().empty());
}

TEST(WriteNumbered, LeavesNoPartUnderTheNameWhenKilledWhileWriting) {
  const TemporaryFolder folder;
  const std::string text(2 * kLimit, 'x');
  const int status = in_child_with_full_disk(/*ignore_signal=*/false, [&] {
    write_numbered(folder.path(), "image", ".png", bytes_of_text(text));
    return 0;
  });
  ASSERT_TRUE(WIFSIGNALED(status)) << status;
  for (const std::string& name : folder.names()) EXPECT_FALSE(name.starts_with("image")) << name;
  // What the dead process left does not stand in the way of the next.
  EXPECT_EQ(write_numbered(folder.path(), "image", ".png", bytes_of_text("y")),
            folder / "image_00001_.png");
  EXPECT_EQ(read_text(folder / "image_00001_.png"), "y");
}

TEST(WriteNumbered, IsWholeOrAbsentWheneverItIsKilled) {
  const std::string text(8 << 20, 'x');
  for (int delay_us = 0; delay_us < 10'000; delay_us += 500) {
    const TemporaryFolder folder;
    const pid_t child = ::fork();
    if (child == 0) {
      write_numbered(folder.path(), "image", ".png", bytes_of_text(text));
      ::_exit(0);
    }
    ::usleep(static_cast<useconds_t>(delay_us));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const fs::path file = folder / "image_00001_.png";
    if (fs::exists(file)) {
      EXPECT_EQ(fs::file_size(file), text.size());
    }
  }
}

TEST(WriteWhole, ReplacesWhatIsThere) {
  const TemporaryFolder folder;
  const fs::path file = folder / "plugin.toml";
  write_whole(file, bytes_of_text("first"));
  write_whole(file, bytes_of_text("second"));
  EXPECT_EQ(read_text(file), "second");
  EXPECT_EQ(folder.names().size(), 1u);
}

TEST(WriteWhole, LeavesTheOldFileWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  const fs::path file = folder / "plugin.toml";
  write_whole(file, bytes_of_text("first"));
  const std::string text(2 * kLimit, 'x');
  in_child_with_full_disk(/*ignore_signal=*/true, [&] {
    error_text([&] { write_whole(file, bytes_of_text(text)); });
    return 0;
  });
  EXPECT_EQ(read_text(file), "first");
  EXPECT_EQ(folder.names().size(), 1u);
}

TEST(WriteWhole, WritesThroughASymbolicLink) {
  const TemporaryFolder folder;
  test::write_text(folder / "target", "old");
  fs::create_symlink("target", folder / "link");
  write_whole(folder / "link", bytes_of_text("new"));
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_EQ(read_text(folder / "target"), "new");
}

TEST(WriteWhole, RefusesWhatIsNoFile) {
  const TemporaryFolder folder;
  EXPECT_EQ(error_text([&] { write_whole(folder.path(), {}); }),
            folder.path().string() + ": is a folder; the name of a file is wanted");
  EXPECT_EQ(error_text([] { write_whole("/dev/full", {}); }),
            "/dev/full: is not a regular file, and is left alone");
}

TEST(WriteWhole, NamesAFolderThatDoesNotExist) {
  const TemporaryFolder folder;
  const fs::path file = folder / "none/plugin.toml";
  EXPECT_EQ(error_text([&] { write_whole(file, {}); }),
            file.string() + ": cannot be written: the folder " + (folder / "none").string() +
                " does not exist");
}

}  // namespace
}  // namespace ksampler
