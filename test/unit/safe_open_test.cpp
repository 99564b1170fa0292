// SPDX-License-Identifier: MIT
#include "sys/safe_open.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace hf::sys {
namespace {

namespace fs = std::filesystem;
constexpr uid_t nobody = 65534;

class SafeOpen : public testing::Test {
  protected:
    SafeOpen() {
        std::string name = (fs::temp_directory_path() / "safe_open.XXXXXX").string();
        root = ::mkdtemp(name.data());
        directory = open(root.c_str(), O_PATH | O_DIRECTORY);
    }
    ~SafeOpen() override { fs::remove_all(root); }

    void write(const char* name, const std::string& text) const {
        std::ofstream(root / name) << text;
    }
    int refusal(const char* name, Kind kind, int flags) const {
        Fd file = open_entry(directory, name, kind, flags);
        return file ? 0 : errno;
    }

    fs::path root;
    Fd directory;
};

TEST_F(SafeOpen, AFileIsRead) {
    write("status", "0123456789");
    EXPECT_EQ("0123456789", read_entry(directory, "status", 4096));
}

TEST_F(SafeOpen, NoMoreIsReadThanAskedFor) {
    write("status", "0123456789");
    EXPECT_EQ("0123", read_entry(directory, "status", 4));
    fs::resize_file(root / "status", std::uintmax_t{1} << 40);
    EXPECT_EQ(5000U, read_entry(directory, "status", 5000)->size());
}

TEST_F(SafeOpen, WhatIsMissingIsMissing) {
    EXPECT_EQ(ENOENT, refusal("status", Kind::file, O_RDONLY));
    EXPECT_TRUE(open_entry(directory, "status", Kind::file, O_WRONLY | O_CREAT, 0600));
}

TEST_F(SafeOpen, NoLinkIsFollowed) {
    write("secret", "only root's");
    fs::create_symlink("secret", root / "status");
    fs::create_symlink("nowhere", root / "lock");
    fs::create_symlink("/dev/zero", root / "current");
    for (const char* name : {"status", "lock", "current"}) {
        EXPECT_EQ(wrong_kind, refusal(name, Kind::file, O_RDONLY)) << name;
        EXPECT_EQ(wrong_kind, refusal(name, Kind::file, O_WRONLY | O_CREAT)) << name;
        EXPECT_EQ(wrong_kind, refusal(name, Kind::fifo, O_RDWR)) << name;
    }
    EXPECT_FALSE(fs::exists(root / "nowhere"));
}

TEST_F(SafeOpen, OneKindIsNotTakenForAnother) {
    write("file", "");
    fs::create_directory(root / "folder");
    ASSERT_EQ(0, ::mkfifo((root / "pipe").c_str(), 0600));
    EXPECT_EQ(wrong_kind, refusal("file", Kind::fifo, O_RDWR));
    EXPECT_EQ(EISDIR, refusal("folder", Kind::file, O_RDONLY));
    EXPECT_EQ(ENXIO, refusal("pipe", Kind::file, O_WRONLY));
    EXPECT_EQ(0, refusal("pipe", Kind::fifo, O_RDWR));
}

TEST_F(SafeOpen, AnotherNameOfAFileIsRead_ButNeverWritten) {
    write("secret", "only root's");
    fs::create_hard_link(root / "secret", root / "status");
    EXPECT_EQ(0, refusal("status", Kind::file, O_RDONLY));
    EXPECT_EQ(wrong_kind, refusal("status", Kind::file, O_WRONLY));
}

TEST_F(SafeOpen, ADirectoryIsReachedByLinksOfOurOwn) {
    fs::create_directories(root / "run/web");
    fs::create_symlink("run", root / "one");
    fs::create_symlink(root / "one/web", root / "supervise");
    Fd found = open_directory(directory, "supervise");
    ASSERT_TRUE(found);
    struct stat there {};
    struct stat meant {};
    ::fstat(found.get(), &there);
    ::stat((root / "run/web").c_str(), &meant);
    EXPECT_EQ(meant.st_ino, there.st_ino);
}

TEST_F(SafeOpen, ALinkOfAStrangerLeadsRootNowhere) {
    if (::geteuid() != 0) GTEST_SKIP() << "gives a link to somebody else: needs root";
    fs::create_directory(root / "victim");
    fs::create_symlink("victim", root / "supervise");
    ASSERT_EQ(0, ::lchown((root / "supervise").c_str(), nobody, nobody));
    EXPECT_FALSE(open_directory(directory, "supervise"));
    EXPECT_EQ(ELOOP, errno);
    fs::create_symlink("supervise/", root / "behind");
    EXPECT_FALSE(make_directory(directory, "behind/x", 0700));
    EXPECT_TRUE(fs::is_empty(root / "victim"));
}

TEST_F(SafeOpen, LinksInACircleEnd) {
    fs::create_symlink("b", root / "a");
    fs::create_symlink("a", root / "b");
    EXPECT_FALSE(open_directory(directory, "a"));
    EXPECT_EQ(ELOOP, errno);
}

TEST_F(SafeOpen, WhatALinkLeadsToIsMade_ButNotWhatLeadsThere) {
    fs::create_symlink("run/runit/web", root / "supervise");
    EXPECT_FALSE(make_directory(directory, "supervise", 0700));
    EXPECT_EQ(ENOENT, errno);
    fs::create_directories(root / "run/runit");
    EXPECT_TRUE(make_directory(directory, "supervise", 0700));
    EXPECT_EQ(fs::perms::owner_all, fs::status(root / "run/runit/web").permissions());
    EXPECT_TRUE(open_directory(directory, "supervise/"));
    EXPECT_TRUE(open_directory(directory, "run//runit/../runit/web/."));
}

TEST_F(SafeOpen, AFileOnTheWayIsNoDirectory) {
    write("supervise", "");
    EXPECT_FALSE(make_directory(directory, "supervise", 0700));
    EXPECT_EQ(ENOTDIR, errno);
    EXPECT_FALSE(open_directory(directory, "supervise/x"));
}

TEST_F(SafeOpen, OursAloneIsWhatNobodyElseMayWrite) {
    struct stat status {};
    status.st_uid = ::geteuid();
    status.st_mode = S_IFREG | 0644;
    EXPECT_TRUE(is_ours_alone(status));
    status.st_mode = S_IFREG | 0664;
    EXPECT_FALSE(is_ours_alone(status));
    status.st_mode = S_IFREG | 0644;
    status.st_uid = nobody;
    EXPECT_FALSE(is_ours_alone(status));
}

}  // namespace
}  // namespace hf::sys
