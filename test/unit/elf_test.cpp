// SPDX-License-Identifier: MIT
#include "inspect/elf.h"

#include <elf.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace hf::inspect {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

const char* const glibc_loader = "/lib64/ld-linux-x86-64.so.2";

struct Layout {
    std::string loader;
    Names needed;
    std::string rpath;
    std::string runpath;
    std::uint16_t machine = EM_X86_64;
};

std::array<Elf64_Phdr, 3> segments(size_t size, size_t dynamic_at, size_t dynamic_size,
                                   size_t loader_at) {
    Elf64_Phdr load{};
    load.p_type = PT_LOAD;
    load.p_vaddr = 0x10000;
    load.p_filesz = size;
    load.p_memsz = 0x5000;
    Elf64_Phdr table{};
    table.p_type = PT_DYNAMIC;
    table.p_offset = dynamic_at;
    table.p_filesz = dynamic_size;
    Elf64_Phdr interpreter{};
    interpreter.p_type = PT_INTERP;
    interpreter.p_offset = loader_at;
    return {load, table, interpreter};
}

// An ELF file that is no more than what a loader reads first.
std::string elf_bytes(const Layout& layout) {
    std::string names(1, '\0');
    auto name = [&](const std::string& text) {
        auto at = names.size();
        names += text;
        names += '\0';
        return at;
    };
    std::vector<Elf64_Dyn> dynamic;
    auto entry = [&](std::int64_t tag, std::uint64_t value) {
        Elf64_Dyn each{};
        each.d_tag = tag;
        each.d_un.d_val = value;
        dynamic.push_back(each);
    };
    for (const std::string& each : layout.needed) entry(DT_NEEDED, name(each));
    if (!layout.rpath.empty()) entry(DT_RPATH, name(layout.rpath));
    if (!layout.runpath.empty()) entry(DT_RUNPATH, name(layout.runpath));
    const size_t loader_at = name(layout.loader);
    constexpr size_t names_at = sizeof(Elf64_Ehdr) + 3 * sizeof(Elf64_Phdr);
    const size_t dynamic_at = names_at + names.size();
    entry(DT_STRTAB, 0x10000 + names_at);
    entry(DT_NULL, 0);
    const size_t size = dynamic_at + dynamic.size() * sizeof(Elf64_Dyn);

    Elf64_Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_machine = layout.machine;
    header.e_phoff = sizeof header;
    header.e_phentsize = sizeof(Elf64_Phdr);
    header.e_phnum = layout.loader.empty() ? 2 : 3;
    const size_t dynamic_size = dynamic.size() * sizeof(Elf64_Dyn);
    const auto headers = segments(size, dynamic_at, dynamic_size, names_at + loader_at);

    std::string bytes;
    auto append = [&](const void* from, size_t count) {
        bytes.append(static_cast<const char*>(from), count);
    };
    append(&header, sizeof header);
    append(headers.data(), sizeof headers);
    bytes += names;
    append(dynamic.data(), dynamic_size);
    return bytes;
}

class ElfFiles : public testing::Test {
  protected:
    ElfFiles() {
        std::string name = (fs::temp_directory_path() / "elf.XXXXXX").string();
        root = ::mkdtemp(name.data());
        for (const char* each : {"jvm/bin", "jvm/lib/server", "bin", "other"})
            fs::create_directories(root / each);
    }
    ~ElfFiles() override { fs::remove_all(root); }

    void file(const std::string& name, const Layout& layout) const {
        std::ofstream(root / name, std::ios::binary) << elf_bytes(layout);
    }
    Names missing(const std::string& program, const std::string& library_path = "") const {
        auto loading = loading_of(root / program, library_path);
        return loading ? loading->missing : Names{"(not told)"};
    }

    fs::path root;
};

TEST_F(ElfFiles, WhatItSaysIsRead) {
    file("bin/x", {glibc_loader, {"libx.so.1", "liby.so"}, "", "$ORIGIN/lib"});
    auto elf = read_elf(root / "bin/x");
    ASSERT_TRUE(elf);
    EXPECT_EQ(glibc_loader, elf->loader);
    EXPECT_EQ((Names{"libx.so.1", "liby.so"}), elf->needed);
    EXPECT_EQ("$ORIGIN/lib", elf->runpath);
    EXPECT_EQ(0x5000U, elf->span);
}

// Debian's java: a link to a link, and RPATH is meant from where the file is.
TEST_F(ElfFiles, OriginIsBehindTheLinks) {
    file("jvm/bin/java", {glibc_loader, {"libhfjli.so"}, "$ORIGIN/../lib", ""});
    file("jvm/lib/libhfjli.so", {"", {"libhfjvm.so"}, "", "${ORIGIN}/server"});
    file("jvm/lib/server/libhfjvm.so", {});
    fs::create_symlink(root / "jvm/bin/java", root / "other/java");
    fs::create_symlink("../other/java", root / "bin/java");
    EXPECT_EQ(Names{}, missing("bin/java"));
    EXPECT_EQ(Names{}, missing("jvm/bin/java"));
}

TEST_F(ElfFiles, WhatIsNowhereIsNamed_OnceEach) {
    file("bin/x", {glibc_loader, {"libhf1.so", "libhf2.so", "libhf1.so"}, "", ""});
    EXPECT_EQ((Names{"libhf1.so", "libhf2.so"}), missing("bin/x"));
    file("other/libhf1.so", {"", {"libhf3.so"}, "", ""});
    EXPECT_EQ((Names{"libhf2.so", "libhf3.so"}), missing("bin/x", root / "other"));
}

// RPATH goes down to what a library needs, RUNPATH does not.
TEST_F(ElfFiles, RunpathIsForItselfAlone) {
    file("other/libhf1.so", {"", {"libhf2.so"}, "", ""});
    file("other/libhf2.so", {});
    file("bin/old", {glibc_loader, {"libhf1.so"}, "$ORIGIN/../other", ""});
    file("bin/new", {glibc_loader, {"libhf1.so"}, "", "$ORIGIN/../other"});
    EXPECT_EQ(Names{}, missing("bin/old"));
    EXPECT_EQ(Names{"libhf2.so"}, missing("bin/new"));
}

TEST_F(ElfFiles, OneForAnotherMachineDoesNotCount) {
    file("bin/x", {glibc_loader, {"libhf1.so"}, "", "$ORIGIN"});
    file("bin/libhf1.so", {"", {}, "", "", EM_AARCH64});
    EXPECT_EQ(Names{"libhf1.so"}, missing("bin/x"));
}

TEST_F(ElfFiles, OfAnotherLoaderNothingIsTold) {
    file("bin/x", {"/lib/ld-musl-x86_64.so.1", {"libhf1.so"}, "", ""});
    EXPECT_EQ(Names{"(not told)"}, missing("bin/x"));
}

TEST_F(ElfFiles, LibrariesThatNeedEachOtherEnd) {
    file("bin/x", {glibc_loader, {"libhf1.so"}, "$ORIGIN", ""});
    file("bin/libhf1.so", {"", {"libhf2.so"}, "", ""});
    file("bin/libhf2.so", {"", {"libhf1.so"}, "", ""});
    EXPECT_EQ(Names{}, missing("bin/x"));
}

TEST_F(ElfFiles, RubbishIsNoElf) {
    std::string whole = elf_bytes({glibc_loader, {"libhf1.so"}, "a", "b"});
    for (size_t size = 0; size < whole.size(); ++size) {
        std::ofstream(root / "bin/cut", std::ios::binary) << whole.substr(0, size);
        (void)loading_of(root / "bin/cut", "");
        std::string changed = whole;
        changed[size] = '\xff';
        std::ofstream(root / "bin/changed", std::ios::binary) << changed;
        (void)loading_of(root / "bin/changed", "");
    }
    EXPECT_FALSE(read_elf(root / "bin"));
    EXPECT_FALSE(read_elf(root / "none"));
    EXPECT_FALSE(read_elf("/dev/zero"));
}

TEST(Elf, ThisProgramLacksNothing) {
    auto loading = loading_of("/proc/self/exe", "");
    if (!loading) GTEST_SKIP() << "not of glibc's loader";
    EXPECT_EQ(Names{}, loading->missing);
    EXPECT_GT(loading->span, 1U << 20U);
}

}  // namespace
}  // namespace hf::inspect
