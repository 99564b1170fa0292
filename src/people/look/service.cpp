// SPDX-License-Identifier: MIT
#include "people/look/service.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "people/look/processes.h"
#include "sys/clock.h"
#include "sys/directory.h"
#include "sys/error.h"
#include "sys/fd.h"
#include "sys/process.h"
#include "tools/contact.h"

namespace hf::people {

namespace {

bool exists(const std::string& path) {
    struct stat ignored {};
    return ::stat(path.c_str(), &ignored) == 0;
}

bool is_directory(const std::string& path) {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
}

// By the clock that nobody can set, where the record has it; else by the label.
std::chrono::seconds age_of(const Seen& seen) {
    using std::chrono::seconds;
    if (seen.record) {
        auto since = seen.record->service.changed.boot.time_since_epoch();
        return std::chrono::floor<seconds>(std::max(sys::boot_time(), since) - since);
    }
    auto now = format::tai64n(sys::wall_time()).seconds;
    auto since = seen.status->since.seconds;
    return seconds(now > since ? now - since : 0);
}

// For who may not write to `ok`, and while one engine follows another, the record tells.
bool is_supervised(const Seen& seen) {
    sys::Fd ok = sys::open((seen.path + "/supervise/ok").c_str(), O_WRONLY | O_NONBLOCK);
    if (ok) return true;
    bool unclear = errno == ENXIO || errno == EACCES;
    return unclear && seen.record && !seen.record->released && supervisor_lives(*seen.record);
}

}  // namespace

Seen look_at(const std::string& name, const std::string& path) {
    static const auto boot = sys::boot_id();
    Seen seen;
    seen.name = name;
    seen.path = path;
    seen.normally_down = exists(path + "/down");
    seen.has_log = is_directory(path + "/log");
    sys::Fd file = sys::open((path + "/supervise/status").c_str(), O_RDONLY | O_NONBLOCK);
    seen.readable = file || errno != EACCES;
    std::string text;
    if (file && sys::read_all(file.get(), text)) {
        auto bytes = std::as_bytes(std::span(text));
        seen.status = format::decode_classic(bytes);
        seen.record = format::decode(bytes);
        if (seen.record && seen.record->session.boot != boot) seen.record.reset();
    }
    seen.supervised = is_supervised(seen);
    if (seen.status) seen.age = age_of(seen);
    return seen;
}

std::string service_folder(const std::string& given) {
    if (!given.empty()) return given;
    const char* variable = std::getenv("SVDIR");
    if (variable != nullptr && *variable != '\0') return variable;
    return is_directory("/service") || !is_directory("/etc/service") ? "/service" : "/etc/service";
}

std::vector<std::string> services_in(const std::string& folder) {
    sys::Fd directory = sys::open(folder.c_str(), O_RDONLY | O_DIRECTORY);
    if (!directory) sys::fail("unable to read the service folder " + folder);
    auto names = sys::names_in(directory);
    if (!names) sys::fail("unable to read the service folder " + folder);
    std::erase_if(*names, [](const std::string& name) { return name.starts_with('.'); });
    std::sort(names->begin(), names->end());
    return *names;
}

std::string path_for(const std::string& folder, const std::string& word) {
    bool is_path = word.find('/') != std::string::npos || word == "." || word == "..";
    // `NAME/log` is the logger of a service, if there is no such directory here.
    if (is_path && word.ends_with("/log") && !word.starts_with('.') && !word.starts_with('/') &&
        !is_directory(word))
        is_path = false;
    return is_path ? word : folder + "/" + word;
}

std::string state_word(const Seen& seen) {
    if (!seen.answers) return "unreachable";
    if (!seen.readable && !seen.status) return "hidden";
    if (!seen.supervised || !seen.status) return "unsupervised";
    if (seen.up()) {
        if (seen.status->paused) return "paused";
        using core::State;
        State state = seen.record ? seen.record->service.state : State::up;
        bool ending = state == State::stopping || state == State::killing;
        return ending || seen.status->want == 'd' ? "stopping" : "up";
    }
    return seen.wants_up() ? "waiting" : "down";
}

}  // namespace hf::people
