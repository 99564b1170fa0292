// SPDX-License-Identifier: MIT
// holdfast remove: unlinks a service, ends it and its logger, and waits for both.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "people/await.h"
#include "people/commands.h"
#include "people/glance.h"
#include "people/leftovers.h"
#include "people/look/patient.h"
#include "people/look/words.h"
#include "people/orders.h"
#include "people/suggest.h"
#include "sys/error.h"
#include "sys/fd.h"
#include "tools/tool.h"

namespace hf::people {

namespace {

bool is_link(const std::string& path) {
    struct stat found {};
    return ::lstat(path.c_str(), &found) == 0 && S_ISLNK(found.st_mode);
}

Verdict is_gone(const Seen& seen) {
    return !seen.supervised;
}

// Our engine ends a logger when it has read everything; to another supervise it must be said.
bool end(const std::string& name, const std::string& path, std::chrono::nanoseconds patience,
         bool by_itself) {
    std::vector<Awaited> service{{name, path}};
    constexpr std::chrono::seconds to_read_on(6);
    if (!look_at(name, path).supervised) return true;
    if (by_itself && await(service, is_gone, to_read_on).empty()) return true;
    std::string trouble = send_letters(service[0], "dx");
    if (!trouble.empty()) throw Fatal{name + ": " + trouble};
    return await(service, is_gone, patience).empty();
}

std::string target_of(const std::string& folder, const std::string& name) {
    std::string link = folder + "/" + name;
    struct stat found {};
    if (::lstat(link.c_str(), &found) < 0) {
        std::string meant = suggestion(name, services_in(folder));
        throw Fatal{"there is no service " + name + " in " + folder +
                    (meant.empty() ? "" : "; did you mean " + meant + "?")};
    }
    if (!is_link(link))
        throw Fatal{link + " is no link but the directory itself; move it elsewhere: mv " +
                    shell_word(link) + " /srv/"};
    std::error_code error;
    auto target = std::filesystem::canonical(link, error);
    return error ? "" : target.string();
}

// Another name in the folder that leads to the same directory: for svscan that is one service. A
// name that begins with a dot is none. Empty if there is none.
std::string twin_of(const std::string& folder, const std::string& name) {
    struct stat found {};
    if (::stat((folder + "/" + name).c_str(), &found) < 0) return "";
    std::vector<Place> others;
    for (const std::string& other : services_in(folder)) {
        if (other != name) others.push_back({other, folder + "/" + other});
    }
    for (const SeenPair& each : look_at_all(others)) {
        struct stat its {};
        bool answers = each.service.answers;  // else stat would wait for ever
        if (answers && ::stat(each.service.path.c_str(), &its) == 0 && its.st_dev == found.st_dev &&
            its.st_ino == found.st_ino)
            return each.service.name;
    }
    return "";
}

void unlink(const std::string& link) {
    if (::unlink(link.c_str()) < 0) sys::fail("unable to unlink " + link);
    sys::write_all(STDOUT_FILENO, "rm " + shell_word(link) + "\n");
}

int remove_link_alone(const RemoveOptions& options, const std::string& link,
                      const std::string& twin) {
    if (options.purge)
        throw Fatal{"nothing is removed: " + twin + " leads to the same directory, and needs it"};
    unlink(link);
    sys::write_all(STDOUT_FILENO, options.name + " was only a link: it goes on as " + twin +
                                      ", which leads to the same directory\n");
    return 0;
}

// Only what is a service directory, and not where others live.
void purge(const std::string& directory) {
    struct stat found {};
    if (::stat((directory + "/run").c_str(), &found) < 0 || directory.size() < 3)
        throw Fatal{directory + " is not deleted: there is no run in it"};
    std::error_code error;
    std::filesystem::remove_all(directory, error);
    if (error) throw sys::Error("unable to delete all of " + directory, error.value());
}

}  // namespace

int remove_command(const RemoveOptions& options) {
    std::string folder = service_folder(options.where.folder);
    refuse_pattern(folder, options.name);
    std::string link = folder + "/" + options.name;
    std::string target = target_of(folder, options.name);
    std::string twin = twin_of(folder, options.name);
    if (!twin.empty()) return remove_link_alone(options, link, twin);
    Seen before;
    if (!target.empty()) before = look_at(options.name, target);
    bool has_log = before.has_log;
    bool ours = before.record.has_value();
    pid_t session = session_of(before);
    unlink(link);
    if (target.empty()) return 0;
    auto patience = patience_of(options.patience).value_or(std::chrono::hours(24 * 365));
    if (!end(options.name, target, patience, false))
        throw Fatal{options.name +
                    " has not ended yet; it is unlinked, and ends by itself, or: svc -k " +
                    shell_word(target)};
    if (has_log && !end(options.name + "/log", target + "/log", patience, ours))
        throw Fatal{"its logger has not ended yet: svc -k " + shell_word(target + "/log")};
    sys::write_all(STDOUT_FILENO,
                   options.name + " has ended" + (has_log ? ", and its logger" : "") + "\n");
    warn_of_leftovers(options.name, session);
    if (options.purge) purge(target);
    sys::write_all(STDOUT_FILENO, options.purge ? "rm -r " + shell_word(target) + "\n"
                                                : "its directory stays: " + target + "\n");
    return 0;
}

}  // namespace hf::people
