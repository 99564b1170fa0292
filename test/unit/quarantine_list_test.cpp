// SPDX-License-Identifier: MIT
// The list of service directories that are set aside.
#include "format/quarantine_list.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "control/service.h"
#include "sys/process.h"

using namespace hf;
using namespace hf::format;
using namespace std::chrono_literals;

namespace {

QuarantineList a_list() {
    QuarantineList list{77, {}, {}};
    list.boot[3] = std::byte{0xa5};
    list.all = {{"bad", true, 1000s, 1005s},
                {"two words\nand a line/log", false, 5s, -3s},
                {"/srv/moved", true, 1s, 2s}};
    return list;
}

TEST(QuarantineList, IsReadAsItWasWritten) {
    EXPECT_EQ(quarantine_list(encode(a_list())), a_list());
    EXPECT_EQ(quarantine_list(encode(QuarantineList{})), QuarantineList{});
}

TEST(QuarantineList, WhatIsNoneIsNotRead) {
    const std::string bytes = encode(a_list());
    EXPECT_FALSE(quarantine_list(""));
    EXPECT_FALSE(quarantine_list("hello\n"));
    EXPECT_FALSE(quarantine_list(bytes + "killed 1 2"));
    EXPECT_FALSE(quarantine_list(bytes + std::string("killed one 2 x\0", 15)));
    EXPECT_FALSE(quarantine_list(bytes + std::string("killed 1 99999999999999999999 x\0", 32)));
    for (size_t size = 0; size < bytes.size(); ++size)
        quarantine_list(std::string_view(bytes).substr(0, size));
}

TEST(QuarantineList, ConcernsAServiceByItsNameOrByWhereItLeads) {
    const QuarantineList list = a_list();
    EXPECT_EQ(find(list, "bad", "")->name, "bad");
    EXPECT_EQ(find(list, "two words\nand a line", "/elsewhere")->killed, false);
    EXPECT_EQ(find(list, "new", "/srv/moved")->name, "/srv/moved");
    EXPECT_EQ(find(list, "ba", ""), nullptr);
    EXPECT_EQ(find(list, "good", "/srv/move"), nullptr);
}

// A scan directory with two services, of which one is set aside.
class QuarantineFile : public ::testing::Test {
  protected:
    QuarantineFile() {
        std::string pattern = std::filesystem::temp_directory_path() / "holdfast-test.XXXXXX";
        scan_dir = ::mkdtemp(pattern.data());
        for (const char* name : {"bad", "bad/log", "good"})
            ::mkdir((scan_dir + "/" + name).c_str(), 0700);
        list.supervisor = ::getpid();
        list.boot = sys::boot_id();
        list.all = {{"bad", true, 1s, 2s}};
    }
    ~QuarantineFile() override { std::filesystem::remove_all(scan_dir); }

    void write(const std::string& name = quarantine_file) const {
        std::ofstream(scan_dir + "/" + name) << encode(list);
    }
    std::string state_of(const std::string& name) const {
        return state_word(control::inspect_service(name, scan_dir + "/" + name));
    }

    std::string scan_dir;
    QuarantineList list;
};

TEST_F(QuarantineFile, NamesAServiceAndWithItTheLogger) {
    EXPECT_EQ(state_of("bad"), "unsupervised");
    write();
    EXPECT_EQ(state_of("bad"), "quarantined");
    EXPECT_EQ(state_of("bad/log"), "quarantined");
    EXPECT_EQ(state_of("good"), "unsupervised");
}

TEST_F(QuarantineFile, CountsWhileItsSvscanLives) {
    list.supervisor = 0x3fffffff;
    write();
    EXPECT_EQ(state_of("bad"), "unsupervised");
    list.supervisor = ::getpid();
    list.boot[0] ^= std::byte{1};
    write();
    EXPECT_EQ(state_of("bad"), "unsupervised");
}

TEST_F(QuarantineFile, IsNoLink) {
    write("elsewhere");
    std::filesystem::create_symlink("elsewhere", scan_dir + "/" + quarantine_file);
    EXPECT_EQ(state_of("bad"), "unsupervised");
}

}  // namespace
