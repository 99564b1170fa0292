// SPDX-License-Identifier: MIT
// multilog-zstd LEVEL: compresses every finished log file (@LABEL.s) of the current directory to
// @LABEL.s.zst, one after the other, at the lowest priority. Started by multilog; safe to be killed
// at any moment: a file goes only when its compressed form is complete, synced and named.
#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <zstd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "log/retention.h"
#include "program/tool.h"
#include "sys/directory.h"
#include "sys/error.h"
#include "sys/fd.h"
#include "sys/flock.h"
#include "sys/safe_open.h"

namespace hf::program {

namespace {

// Who is at it, mostly the compressor of a multilog before, has so long.
constexpr std::chrono::minutes another_ends(1);

constexpr const char* scratch = "compressing";  // not a name that anybody counts as a log file

struct FreeContext {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

void be_humble() {
    ::setpriority(PRIO_PROCESS, 0, 19);
    constexpr int this_process = 1;
    constexpr int idle_class = 3 << 13;
    ::syscall(SYS_ioprio_set, this_process, 0, idle_class);
}

std::vector<std::string> finished_files() {
    auto names = sys::names_in(sys::open(".", O_RDONLY | O_DIRECTORY));
    if (!names) sys::fail("unable to read the directory");
    std::erase_if(*names, [](const std::string& name) {
        return !log::looks_finished(name) || !name.ends_with(".s");
    });
    std::sort(names->begin(), names->end());
    return *names;
}

// The directory may be its user's, and this process root's: there a link, or a second name of
// another file, is neither read nor written.
sys::Fd open_file(const std::string& name) {
    const sys::Fd here = sys::open(".", O_PATH | O_DIRECTORY);
    sys::Fd file = sys::open_entry(here, name.c_str(), sys::Kind::file, O_RDONLY);
    struct stat directory {};
    struct stat status {};
    if (!file || ::fstat(here.get(), &directory) != 0 || ::fstat(file.get(), &status) != 0)
        return {};
    if (!sys::is_ours_alone(directory) && status.st_nlink > 1) file.reset();
    return file;
}

// Locked, from here to when it has its final name and the file that it is made of is gone. None if
// another compressor does not come to an end. One may have given it its final name before the lock.
sys::Fd open_scratch() {
    constexpr int flags = O_WRONLY | O_CREAT | O_NONBLOCK | O_NOFOLLOW;
    for (;;) {
        sys::Fd to = sys::open_own(sys::open(".", O_PATH | O_DIRECTORY), scratch, flags, 0600);
        if (!to) sys::fail(std::string("unable to create ") + scratch);
        if (!sys::lock_within(to, another_ends)) return {};
        if (sys::leads_to(AT_FDCWD, scratch, to)) return to;
    }
}

void compress(const sys::Fd& from, const sys::Fd& to, int level) {
    const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
    if (!context) throw std::bad_alloc();
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
    std::vector<char> in(ZSTD_CStreamInSize());
    std::vector<char> out(ZSTD_CStreamOutSize());
    for (bool last = false; !last;) {
        const ssize_t got = sys::retry([&] { return ::read(from.get(), in.data(), in.size()); });
        if (got < 0) sys::fail("unable to read a log file");
        last = got == 0;
        ZSTD_inBuffer input{in.data(), static_cast<size_t>(got), 0};
        size_t left = 1;
        while (input.pos < input.size || (last && left != 0)) {
            ZSTD_outBuffer output{out.data(), out.size(), 0};
            left = ZSTD_compressStream2(context.get(), &output, &input,
                                        last ? ZSTD_e_end : ZSTD_e_continue);
            if (ZSTD_isError(left) != 0) throw Fatal{ZSTD_getErrorName(left)};
            if (!sys::write_all(to.get(), {out.data(), output.pos})) {
                sys::fail("unable to write a compressed file");
            }
        }
    }
}

// One who has just given `name`.zst its name, and is about to remove `name`, still has it locked.
// To compress that once more would end in taking it for one that multilog has deleted.
void wait_for_another(const std::string& name) {
    const sys::Fd named = open_file(name + ".zst");
    if (named) sys::lock_within(named, another_ends);
}

void compress_file(const std::string& name, const sys::Fd& to, int level) {
    wait_for_another(name);
    const sys::Fd from = open_file(name);
    if (!from) {  // multilog deletes what is too old
        ::unlink(scratch);
        return;
    }
    if (::ftruncate(to.get(), 0) != 0 || ::lseek(to.get(), 0, SEEK_SET) != 0) {
        sys::fail(std::string("unable to write ") + scratch);
    }
    compress(from, to, level);
    if (::fsync(to.get()) != 0 || ::fchmod(to.get(), 0744) != 0) {
        sys::fail(std::string("unable to write ") + scratch);
    }
    if (::rename(scratch, (name + ".zst").c_str()) != 0) sys::fail("unable to name " + name);
    if (::unlink(name.c_str()) != 0) ::unlink((name + ".zst").c_str());  // it was just deleted
    const sys::Fd directory = sys::open(".", O_RDONLY | O_DIRECTORY);
    ::fsync(directory.get());
}

}  // namespace

}  // namespace hf::program

int hf::program::run(const Args& args) {
    if (args.size() != 1) throw Usage{"multilog-zstd: usage: multilog-zstd level"};
    const int level = std::clamp(std::atoi(args[0]), 1, 19);
    be_humble();
    for (const std::string& name : finished_files()) {
        const sys::Fd to = open_scratch();
        if (!to) break;
        compress_file(name, to, level);
    }
    return 0;
}
