// SPDX-License-Identifier: MIT
// holdfast remove: unlinks a service, ends it and its logger, and waits for both.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "cli/await.h"
#include "cli/command_line.h"
#include "cli/snapshot.h"
#include "cli/survivors.h"
#include "cli/terminal.h"
#include "cli/wait_conditions.h"
#include "control/commands.h"
#include "control/inspect_all.h"
#include "inspect/files.h"
#include "inspect/processes.h"
#include "program/tool.h"
#include "sys/error.h"
#include "sys/fd.h"
#include "sys/remove_tree.h"
#include "text/suggest.h"
#include "text/visible.h"
#include "text/words.h"

namespace hf::cli {

using namespace control;
using namespace inspect;
using namespace text;
using namespace program;

namespace {

struct RemoveOptions {
    Where where;
    std::string name;
    bool purge = false;
    bool all_processes = false;
    bool force = false;
    std::chrono::nanoseconds timeout = std::chrono::seconds(30);
};

Check is_gone(const ServiceView& view) {
    return !view.supervised;
}

// Our engine ends a logger when it has read everything; to another supervise it must be said.
bool end(const std::string& name, const std::string& path, const RemoveOptions& options,
         bool by_itself) {
    std::vector<WatchedService> service{{name, path}};
    constexpr std::chrono::seconds to_read_on(6);
    if (!inspect_service(name, path).supervised) return true;
    if (by_itself && await(service, is_gone, to_read_on).empty()) return true;
    Control control;
    std::string trouble = send_letters(control, service[0], "dx");
    if (!trouble.empty()) {
        // What was down has gone with its link, perhaps since it was looked at.
        if (!inspect_service(name, path).supervised) return true;
        throw Fatal{name + ": " + trouble};
    }
    if (await(service, is_gone, options.timeout).empty()) return true;
    if (!options.force) return false;
    kill_late(control, service[0]);
    return await(service, is_gone, time_to_die).empty();
}

// What is waited for: of a service that catches SIGTERM, or is stopped, its process.
std::string not_exited(const std::string& name, const std::string& directory,
                       const RemoveOptions& options) {
    const ServiceView view = inspect_service(name, directory);
    auto process = inspect::process(view.pid());
    const auto waited = std::chrono::floor<std::chrono::seconds>(options.timeout);
    std::string text = name + " was told to stop";
    if (waited.count() > 0) text += " " + duration_words(waited) + " ago";
    text += ", and has not exited";
    if (process)
        text += ": pid " + std::to_string(process->pid) + " (" + visible(process->name) + ") " +
                (process->state == 'T' ? "is stopped" : "runs on");
    return text + "; it is unlinked, and will be gone when it exits; to kill it: svc -k " +
           shell_word(directory);
}

// Where a service stands in a scan directory; no name: it is a directory that is not linked.
struct Entry {
    std::string scan_dir;
    std::string name;
    std::string directory;

    std::string link() const { return scan_dir + "/" + name; }
};

// By its name, by a link in a scan directory, or by the directory itself.
Entry entry_of(const RemoveOptions& options, const std::string& word) {
    std::string scan_dir = scan_directory(options.where.scan_dir);
    if (word.find('/') == std::string::npos && word != "." && word != "..")
        return {scan_dir, word, real_path(scan_dir + "/" + word)};
    std::filesystem::path path = std::filesystem::absolute(word).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();
    std::string directory = real_path(path);
    std::string other = other_scan_directory(options.where.scan_dir);
    for (const std::string& each : {scan_dir, other}) {
        if (each.empty()) continue;
        if (same_file(path.parent_path(), each)) return {each, path.filename(), directory};
        for (const std::string& name : services_in(each)) {
            if (!directory.empty() && same_file(each + "/" + name, directory))
                return {each, name, directory};
        }
    }
    return {scan_dir, "", directory};
}

void refuse_what_is_no_link(const Entry& entry) {
    if (!is_there(entry.link())) {
        std::string meant = suggestion(entry.name, services_in(entry.scan_dir));
        throw Fatal{"there is no service " + entry.name + " in " + entry.scan_dir +
                    (meant.empty() ? "" : "; did you mean " + meant + "?")};
    }
    if (!is_link(entry.link()))
        throw Fatal{entry.link() +
                    " is not a link but the directory itself; move it elsewhere: mv " +
                    shell_word(entry.link()) + " /srv/"};
}

// Another name in the directory that leads to the same directory: for svscan that is one service. A
// name that begins with a dot is none. Empty if there is none.
std::string twin_of(const std::string& scan_dir, const std::string& name) {
    if (!exists(scan_dir + "/" + name)) return "";
    std::vector<ServicePath> others;
    for (const std::string& other : services_in(scan_dir)) {
        if (other != name) others.push_back({other, scan_dir + "/" + other});
    }
    for (const ServicePair& each : inspect_all(others)) {
        bool answers = each.service.answers;  // else stat would wait for ever
        if (answers && same_file(each.service.path, scan_dir + "/" + name))
            return each.service.name;
    }
    return "";
}

void unlink(const std::string& link) {
    refuse_without(Access::writing, std::filesystem::path(link).parent_path());
    if (::unlink(link.c_str()) < 0) sys::fail("unable to unlink " + link);
    say("rm " + shell_word(link) + "\n");
}

int remove_link_alone(const RemoveOptions& options, const Entry& entry, const std::string& twin) {
    if (options.purge)
        throw Fatal{"nothing is removed: " + twin + " leads to the same directory, and needs it; " +
                    "first remove the link alone: holdfast remove " + shell_word(entry.name) +
                    ", then: holdfast remove --purge " + shell_word(twin)};
    unlink(entry.link());
    say(entry.name + " was only a link: the service keeps running as " + twin +
        ", which leads to the same directory\n");
    return 0;
}

// Only what is a service directory, and not where others live: the one that was looked at before
// the wait, whatever stands at its path by now.
void purge(const sys::Fd& directory, const std::string& shown) {
    struct stat found {};
    if (::fstatat(directory.get(), "run", &found, AT_SYMLINK_NOFOLLOW) < 0 || shown.size() < 3)
        throw Fatal{shown + " is not deleted: there is no run in it"};
    sys::remove_tree(directory, shown);
}

sys::Fd open_to_purge(const std::string& directory) {
    return sys::open(directory.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW);
}

void say_purged(const std::string& directory) {
    say("rm -r " + shell_word(directory) + "\n");
}

void refuse_survivors(const ServiceView& view, const std::vector<inspect::Process>& survivors) {
    if (survivors.empty()) return;
    throw Fatal{view.path + " is kept, because surviving processes may use it; then: " +
                "holdfast remove --purge " + shell_word(view.path)};
}

// What add has made and not linked, or what was unlinked by hand.
int remove_unlinked(const RemoveOptions& options, const std::string& directory) {
    std::string path = shell_word(directory);
    if (directory.empty() || !exists(directory + "/run"))
        throw Fatal{options.name + " is not a service directory: there is no run in it"};
    const ServiceView view = inspect_service(options.name, directory);
    if (view.supervised)
        throw Fatal{directory + " is not linked, and is supervised: holdfast why " + path};
    if (!options.purge)
        throw Fatal{directory + " is not linked: there is nothing to remove; to delete it: " +
                    "holdfast remove --purge " + path};
    refuse_survivors(view, warn_of_survivors(view, 0));
    purge(open_to_purge(directory), directory);
    say_purged(directory);
    return 0;
}

void end_both(const RemoveOptions& options, const Entry& entry, const ServiceView& before) {
    const std::string& directory = entry.directory;
    if (!end(entry.name, directory, options, false))
        throw Fatal{not_exited(entry.name, directory, options)};
    bool ours = before.record.has_value();
    const std::string logger = entry.name + "/log";
    if (before.has_log && !end(logger, directory + "/log", options, ours))
        throw Fatal{not_exited(logger, directory + "/log", options)};
}

int remove_linked(const RemoveOptions& options, const Entry& entry) {
    refuse_what_is_no_link(entry);
    std::string twin = twin_of(entry.scan_dir, entry.name);
    if (!twin.empty()) return remove_link_alone(options, entry, twin);
    ServiceView before;
    if (!entry.directory.empty()) before = inspect_service(entry.name, entry.directory);
    pid_t session = session_of(before);
    const sys::Fd directory = open_to_purge(entry.directory);
    unlink(entry.link());
    if (entry.directory.empty()) return 0;
    end_both(options, entry, before);
    const ServiceView after = inspect_service(entry.name, entry.directory);
    if (options.all_processes) end_survivors(after, session, time_for_survivors);
    auto survivors = warn_of_survivors(after, session);
    if (survivors.empty())
        say(entry.name + " has exited" + (before.has_log ? ", and its logger" : "") + "\n");
    if (options.purge) {
        refuse_survivors(after, survivors);
        purge(directory, entry.directory);
        say_purged(entry.directory);
    } else {
        say("its directory is kept: " + entry.directory + "\n");
    }
    return 0;
}

int remove_command(const RemoveOptions& options) {
    std::string scan_dir = scan_directory(options.where.scan_dir);
    refuse_pattern(scan_dir, options.name);
    std::string word = located(options.where, options.name);
    std::string made = "/srv/" + word;
    bool is_unlinked = !is_there(path_for(scan_dir, word)) && word.find('/') == std::string::npos &&
                       exists(made + "/run");
    Entry entry = entry_of(options, is_unlinked ? made : word);
    if (entry.name.empty()) return remove_unlinked(options, entry.directory);
    return remove_linked(options, entry);
}

}  // namespace

void add_remove(CommandLine& line) {
    auto options = std::make_shared<RemoveOptions>();
    CLI::App* sub = line.add("remove", "unlink a service and stop it", options, remove_command);
    add_name(sub, options->name, "a service, or its directory");
    add_all_processes(sub, options->all_processes);
    sub->add_flag("--force", options->force, "kill what has not exited by then");
    sub->add_flag("--purge", options->purge, "also delete its directory, with its logs");
    add_seconds(sub, "--wait", options->timeout, "time to wait until it has exited (30)");
}

}  // namespace hf::cli
