// SPDX-License-Identifier: MIT
// svstat DIR...: says in one line for each DIR whether it runs, and for how long.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <string>
#include <vector>

#include "format/error_text.h"
#include "format/sentence.h"
#include "sys/clock.h"
#include "sys/process.h"
#include "tools/contact.h"
#include "tools/tool.h"

namespace {

using namespace hf;

std::string unable(const char* what) {
    return std::string("unable to ") + what + ": " + std::string(format::error_text(errno));
}

// By the clock that nobody can set, where the record has it; else by the label, as ever.
std::chrono::seconds age(const std::optional<format::Record>& record,
                         const format::ClassicStatus& status) {
    static const auto boot = sys::boot_id();
    if (record && record->session.boot == boot) {
        auto since = record->service.changed.boot.time_since_epoch();
        return std::chrono::floor<std::chrono::seconds>(std::max(sys::boot_time(), since) - since);
    }
    auto now = format::tai64n(sys::wall_time()).seconds;
    return std::chrono::seconds(now > status.since.seconds ? now - status.since.seconds : 0);
}

// The record, without the history behind it; of a later version it may be longer. One that was read
// while it was written is read again. False with errno set on failure.
bool read_status(const sys::Fd& file, std::vector<std::byte>& bytes) {
    constexpr size_t longest = 512;
    for (int tries = 0; tries < 3; ++tries) {
        bytes.resize(longest);
        ssize_t size =
            sys::retry([&] { return ::pread(file.get(), bytes.data(), bytes.size(), 0); });
        if (size < 0) return false;
        bytes.resize(static_cast<size_t>(size));
        if (bytes.size() < format::record_size || format::decode(bytes)) break;
    }
    return true;
}

// Of the service in the current directory.
std::string status_text() {
    struct stat ignored {};
    bool normally_down = ::stat("down", &ignored) == 0;
    if (!normally_down && errno != ENOENT) return unable("stat down");

    bool answers = static_cast<bool>(contact("supervise/ok"));
    int refusal = answers ? 0 : errno;
    if (refusal == ENXIO) return "supervise not running";
    std::string no_answer = unable("open supervise/ok");
    if (!answers && refusal != EACCES) return no_answer;

    sys::Fd file = sys::open("supervise/status", O_RDONLY | O_NONBLOCK);
    if (!file) return answers ? unable("open supervise/status") : no_answer;
    std::vector<std::byte> bytes;
    if (!read_status(file, bytes)) return unable("read supervise/status");
    auto status = format::decode_classic(bytes);
    if (!status) return "unable to read supervise/status: bad format";
    auto record = format::decode(bytes);
    // Who may not write to `ok` may still read the status, if that says whether it is current.
    if (!answers && !record) return no_answer;
    if (!answers && (record->released || !supervisor_lives(*record)))
        return "supervise not running";
    return format::sentence(*status, age(record, *status), normally_down);
}

}  // namespace

int hf::run(const Args& args) {
    StartingDirectory start;
    std::string output;
    for (const char* name : args) {
        if (*name != '/') start.back();
        output.append(name).append(": ");
        output.append(::chdir(name) < 0 ? unable("chdir") : status_text()).append("\n");
    }
    sys::write_all(STDOUT_FILENO, output);
    return 0;
}
