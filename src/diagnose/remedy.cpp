// SPDX-License-Identifier: MIT
#include "diagnose/remedy.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <regex>

#include "control/output.h"
#include "sys/directory.h"
#include "sys/fd.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace inspect;
using namespace text;

namespace {

bool is_below(const std::string& path, const std::string& directory) {
    return path == directory || path.starts_with(directory + "/");
}

// Of the machine, or somebody's own: rights there are not changed for one service.
bool is_not_ours(const std::string& path) {
    constexpr std::array<std::string_view, 13> whole{"/etc",   "/root", "/boot", "/proc", "/sys",
                                                     "/dev",   "/bin",  "/sbin", "/lib",  "/usr",
                                                     "/lib64", "/home", "/run"};
    constexpr std::array<std::string_view, 13> alone{
        "/",        "/srv",     "/opt",     "/var",       "/tmp",       "/mnt",    "/media",
        "/var/lib", "/var/log", "/var/tmp", "/var/cache", "/var/spool", "/var/www"};
    bool below = std::any_of(whole.begin(), whole.end(), [&](std::string_view each) {
        return is_below(path, std::string(each));
    });
    return below || std::find(alone.begin(), alone.end(), path) != alone.end();
}

// Who may write here decides what root executes.
bool holds_what_root_executes(const Subject& subject, const std::string& path) {
    std::string run = subject.file("run");
    if (is_below(run, path) || is_below(subject.scan_dir, path)) return true;
    std::string program = subject.program();
    if (!program.empty() && is_below(program, path)) return true;
    if (!subject.launch) return false;
    for (const EnvDir& each : subject.launch->env_dirs) {
        if (!each.as_user && is_below(subject.resolved(each.text), path)) return true;
    }
    return false;
}

bool is_file_of_log(const std::string& name) {
    constexpr std::array<std::string_view, 8> names{"current",  "lock",     "state",     "journal",
                                                    "newstate", "previous", "processed", "config"};
    return name.starts_with('@') || std::find(names.begin(), names.end(), name) != names.end();
}

std::string group_of(const User& user) {
    const struct group* entry = ::getgrgid(user.account.group);
    return entry != nullptr ? entry->gr_name : std::to_string(user.account.group);
}

std::string name_for(const Subject& subject) {
    std::string name = subject.name;
    while (name.ends_with('/')) name.pop_back();
    return name.substr(name.rfind('/') + 1);
}

void add_groups(const Subject& subject, const User& user, Finding& finding) {
    finding
        .because(user.name + " has a group that may, but run gives it only its first group (" +
                 group_of(user) + ")")
        .remedy("in run: setuidgid -s " + shell_word(user.name) +
                " instead of setuidgid: it gives the other groups, too");
    if (subject.launch) finding.at(subject.run_line(subject.launch->line));
}

// Writes into a directory, or to a file.
void add_writing(const Subject& subject, const AccessProblem& problem, const User& user,
                 const struct stat& found, Finding& finding) {
    const std::string& path = problem.path;
    bool directory = S_ISDIR(found.st_mode);
    bool is_link_or_shared = !directory && found.st_nlink > 1;
    bool is_program = !directory && (found.st_mode & 07111U) != 0;
    if (found.st_uid != 0 && found.st_uid != user.account.user)
        finding.remedy("it belongs to " + name_of_user(found.st_uid) +
                       ": run the service as that user, or give it another place to write to");
    else if (directory && (is_not_ours(path) || holds_what_root_executes(subject, path)))
        add_own_directory(subject, path, finding);
    else if (is_not_ours(path) || is_program || is_link_or_shared)
        finding.remedy("ls -l " + shell_word(path) +
                       "   # is it meant for this user? else let it write to another file");
    else
        finding.remedy("chown " + shell_word(user.name) + " " + shell_word(path));
}

// Enters, reads or executes, by its group, so that nobody else gets in.
void add_access(const Subject& subject, const AccessProblem& problem, const User& user,
                Access access, const struct stat& found, Finding& finding) {
    std::string path = shell_word(problem.path);
    bool enter = problem.above || access == Access::searching;
    bool special = (found.st_mode & 06000U) != 0 && !enter;
    if (is_not_ours(problem.path) || special) {
        if (enter)
            finding.remedy("move what it needs to a directory of its own, such as /srv/" +
                           name_for(subject) + ": " + problem.path + " is not for it");
        else
            finding.remedy("ls -l " + path +
                           "   # is it meant for this user? else give it one of its own");
        return;
    }
    if (access == Access::executing && !enter && (found.st_mode & 0111U) == 0) {
        finding.remedy("chmod +x " + path);
        return;
    }
    const char* right = enter ? "x" : access == Access::executing ? "rx" : "r";
    if (found.st_gid == user.account.group) {
        finding.remedy(std::string("chmod g+") + right + " " + path);
        return;
    }
    // A group that has rights keeps them.
    if ((found.st_mode & 0070U) == 0 || found.st_gid == 0) {
        finding.remedy("chgrp " + shell_word(group_of(user)) + " " + path + " && chmod g+" + right +
                       " " + path);
        return;
    }
    finding.remedy("setfacl -m u:" + shell_word(user.name) + ":" + right + " " + path +
                   "   # of the package acl");
}

}  // namespace

void add_start(const Subject& subject, Finding& finding) {
    finding.remedy(command_for(subject, "start") + "   # that is: svc -u " +
                   shell_word(subject.entry));
}

void add_account(const std::string& name, const std::string& place, Finding& finding) {
    static const std::regex usual("[a-z_][a-z0-9_-]{0,30}");
    if (std::regex_match(name, usual))
        finding.remedy("useradd --system --no-create-home --shell /usr/sbin/nologin " + name +
                       "   # if it is spelled right");
    else
        finding.remedy("correct the name in " + place);
}

void add_remedy(const Subject& subject, const AccessProblem& problem, const User& user,
                Access access, Finding& finding) {
    if (problem.error != EACCES) return;
    bool gets_one = subject.launch && subject.launch->user && !subject.launch->with_groups;
    if (gets_one && subject.user && user.name == subject.user->name &&
        !access_problem_for(with_all_groups(user), problem.path,
                            problem.above ? Access::searching : access))
        return add_groups(subject, user, finding);
    struct stat found {};
    if (::stat(problem.path.c_str(), &found) != 0) return;
    if (access == Access::writing && !problem.above)
        add_writing(subject, problem, user, found, finding);
    else
        add_access(subject, problem, user, access, found, finding);
}

void add_own_directory(const Subject& subject, const std::string& beside, Finding& finding) {
    bool elsewhere = is_not_ours(beside);
    std::string data = shell_word(elsewhere ? "/var/lib/" + name_for(subject) : beside + "/data");
    finding.because(elsewhere ? "" : "root executes what is in " + beside + ": it stays root's")
        .remedy("install -d -o " + shell_word(subject.user->name) + " " + data +
                "   # a directory for what it writes")
        .remedy("in run, before the program: cd " + data + "   (or tell the program of it)");
}

std::string log_directory_for(const Subject& logger, const std::string& log_dir) {
    const std::string user = shell_word(logger.user->name);
    std::string give = "install -d -o " + user + " ";
    sys::Fd directory = sys::open(log_dir.c_str(), O_RDONLY | O_DIRECTORY);
    auto names = directory ? sys::names_in(directory) : std::nullopt;
    bool is_ours = is_below(log_dir, logger.path) || !is_not_ours(log_dir);
    bool is_log = directory && names && is_ours && log_dir != logger.path &&
                  std::all_of(names->begin(), names->end(), is_file_of_log);
    if (is_log) return "chown -R " + user + " " + shell_word(log_dir);
    if (!directory) return give + shell_word(log_dir);
    return give + shell_word(log_dir + "/" + logger.user->name) +
           "   # and let log/run write there: other things than logs are in " + log_dir;
}

std::string make_logger(const Subject& subject) {
    std::string log = subject.file("log");
    std::string run = shell_word(log + "/run");
    std::string main = shell_word(log + "/main");
    bool has_other_user = ::geteuid() == 0 && user_named("nobody");
    std::string made =
        has_other_user ? "install -d " + shell_word(log) + " && install -d -o nobody " + main +
                             " && printf '#!/bin/sh\\nexec setuidgid nobody multilog t ./main\\n'"
                       : "mkdir -p " + main + " && printf '#!/bin/sh\\nexec multilog t ./main\\n'";
    std::string told =
        subject.supervisor() > 1 ? " && kill -HUP " + std::to_string(subject.supervisor()) : "";
    return made + " >" + run + " && chmod +x " + run + told + " && sleep 1 && svc -t " +
           shell_word(subject.entry);
}

void add_log_remedy(const Subject& subject, const std::string& question, Finding& finding) {
    if (subject.view.has_log) {
        finding.remedy(command_for(subject, "logs -n 50") + "   # " + question);
        return;
    }
    for (const control::OutputPlace& each :
         control::outputs_of(subject.view, subject.launch, subject.working_directory())) {
        std::string command = control::command_to_show(each);
        if (command.empty()) continue;
        finding.remedy(command + "   # " + (question.empty() ? "what it printed last" : question));
        if (!each.shared) return;
        break;
    }
    finding.remedy(make_logger(subject) + "   # its output is not logged: gives it a log");
}

}  // namespace hf::diagnose
