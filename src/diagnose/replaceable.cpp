// SPDX-License-Identifier: MIT
// Whether a program that gave up root may still write what root executes at its next start.
#include <sys/stat.h>
#include <unistd.h>

#include "diagnose/chain.h"
#include "diagnose/remedy.h"
#include "inspect/files.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace inspect;
using namespace text;

namespace {

bool owns(const User& user, const struct stat& found) {
    return found.st_uid == user.account.user;
}

bool may_write(const User& user, const std::string& path, const struct stat& found) {
    return owns(user, found) || !access_problem_for(user, path, Access::writing);
}

// Who may write to a directory may replace what is in it; in a sticky one only what is his.
bool may_replace_in(const User& user, const std::string& directory, const std::string& entry) {
    struct stat holder {};
    struct stat held {};
    if (::stat(directory.c_str(), &holder) != 0 || ::lstat(entry.c_str(), &held) != 0) return false;
    if (!may_write(user, directory, holder)) return false;
    return (holder.st_mode & S_ISVTX) == 0 || owns(user, holder) || owns(user, held);
}

std::string parent_of(const std::string& path) {
    size_t slash = path.rfind('/');
    return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

// What lets this user replace the file: itself, or a directory above it; empty if nothing does.
std::string way_to_replace(const User& user, const std::string& file) {
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0) return "";
    const std::string place = real_path(file);
    if (place.empty()) return "";
    if (may_write(user, place, found)) return place;
    for (const std::string& each : {place, file}) {
        for (std::string at = each; at != "/" && !at.empty(); at = parent_of(at)) {
            if (may_replace_in(user, parent_of(at), at)) return parent_of(at);
        }
    }
    return "";
}

void add(const Subject& subject, const User& user, const std::string& file, const std::string& way,
         Findings& findings) {
    const char* what = subject.process.user.empty()
                           ? ", which svscan executes as root: who takes over the program becomes "
                             "root at its next start"
                           : ", which alone keeps it from being started as root: who takes over "
                             "the program becomes root at its next start";
    Finding& finding =
        findings.add(Cause::run_replaceable,
                     user.name + ", whom the program runs as, may replace " + file + what);
    finding.because(user.name + " may write to " + way + " (" + rights_of(way) + ")");
    const std::string place = shell_word(way);
    if (way == subject.path || way == subject.file("log")) {
        add_own_directory(subject, way, finding);
        finding.remedy("then: chown root " + place + " && chmod go-w " + place);
    } else if (is_directory(way)) {
        finding.remedy("move its directory to one that only root may write to, such as /srv");
    } else {
        finding.remedy("chown root " + place + " && chmod go-w " + place +
                       "   # when you have looked at what is in it");
    }
}

}  // namespace

void note_replaceable(const Subject& subject, Findings& findings) {
    bool by_root = !subject.svscan_user || subject.svscan_user->account.user == 0;
    const bool is_entered = !subject.process.user.empty();
    const bool is_other = is_entered || (subject.launch && subject.launch->user);
    if (!by_root || !is_other || !subject.user) return;
    const User& user = *subject.user;
    if (user.account.user == 0 || ::geteuid() != 0) return;
    for (const char* name : {is_entered ? "service.toml" : "run", "log/run"}) {
        std::string way = way_to_replace(user, subject.file(name));
        if (way.empty()) continue;
        add(subject, user, subject.file(name), way, findings);
        return;
    }
}

}  // namespace hf::diagnose
