// SPDX-License-Identifier: MIT
// The user that the program runs as, and the directories that this user has to get into.
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <regex>

#include "diagnose/chain.h"
#include "diagnose/remedy.h"
#include "sys/directory.h"
#include "sys/fd.h"
#include "text/suggest.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace inspect;
using namespace text;

namespace {

void check_user(const Subject& subject, Findings& findings) {
    const Word& user = *subject.launch->user;
    bool is_number = user.text.find_first_not_of("0123456789") == std::string::npos;
    Finding& finding = findings.add(Cause::user_missing, "run starts the program as the user " +
                                                             shell_word(user.text) +
                                                             ", and there is no such user");
    finding.at(subject.run_line(subject.launch->line));
    if (is_number) {
        finding.because("setuidgid takes names, not numbers")
            .remedy("getent passwd " + user.text + "   # what is that user called?");
        return;
    }
    size_t colon = user.text.find(':');
    if (colon != std::string::npos) {
        finding.because("setuidgid takes a user alone, and gives the program that user's group")
            .remedy("in run: setuidgid " + shell_word(user.text.substr(0, colon)));
        return;
    }
    std::string meant = user_like(user.text);
    if (!meant.empty()) {
        finding.remedy("did you mean " + meant + "? in run: setuidgid " + shell_word(meant));
        return;
    }
    static const std::regex usual("[a-z_][a-z0-9_-]{0,30}");
    if (std::regex_match(user.text, usual))
        finding.remedy("useradd --system --no-create-home --shell /usr/sbin/nologin " + user.text +
                       "   # if it is spelled right");
    else
        finding.remedy("correct the name in " + subject.run_line(subject.launch->line));
}

Finding& add_env_dir(const Subject& subject, const std::string& fault, Findings& findings) {
    return findings
        .add(Cause::env_dir_unusable, "the directory of settings (envdir) cannot be used: " + fault)
        .at(subject.run_line(subject.launch->line));
}

// Where it is not known who reads, what this user may not read is no fault.
std::optional<AccessProblem> unread(const std::string& path, const std::optional<User>& reader) {
    auto found = access_problem_for(reader.value_or(myself()), path, Access::reading);
    if (found && !reader && found->error == EACCES) return std::nullopt;
    return found;
}

// envdir gives up at the first value that it cannot read.
void check_values(const Subject& subject, const std::string& path,
                  const std::optional<User>& reader, Findings& findings) {
    sys::Fd directory = sys::open(path.c_str(), O_RDONLY | O_DIRECTORY);
    if (!directory) return;
    for (const std::string& name : sys::names_in(directory).value_or(std::vector<std::string>{})) {
        if (name.starts_with('.')) continue;
        std::string file = path + "/" + name;
        if (is_directory(file)) {
            add_env_dir(subject, file + " is a directory, where a file with a value should be",
                        findings)
                .remedy("mv " + shell_word(file) + " /another/place/");
            return;
        }
        auto in_the_way = unread(file, reader);
        if (!in_the_way) continue;
        std::string who = reader ? reader->name : "it";
        Finding& finding =
            add_env_dir(subject, sentence(*in_the_way, who, Access::reading), findings);
        if (in_the_way->error == ENOENT) finding.remedy("rm " + shell_word(file));
        add_remedy(subject, *in_the_way, reader.value_or(myself()), Access::reading, finding);
        return;
    }
}

void check_env_dirs(const Subject& subject, Findings& findings) {
    for (const EnvDir& each : subject.launch->env_dirs) {
        if (!each.known || !subject.launch->directory.known) continue;
        const auto& known = each.as_user ? subject.user : subject.svscan_user;
        User reader = known.value_or(myself());
        if (!can_act_as(reader)) continue;
        std::string path = subject.resolved(each.text);
        auto in_the_way = unread(path + "/.", known);
        if (!in_the_way) {
            check_values(subject, path, known, findings);
            continue;
        }
        if (in_the_way->path == path + "/.") in_the_way->path = path;
        if (in_the_way->error == ENOENT && subject.may_make(in_the_way->path)) continue;
        Finding& finding =
            add_env_dir(subject, sentence(*in_the_way, reader.name, Access::reading), findings);
        if (in_the_way->error == ENOENT)
            finding.remedy("mkdir " + shell_word(path) +
                           "   # one file a setting: its name, and in it the value");
        else
            add_remedy(subject, *in_the_way, reader, Access::reading, finding);
    }
}

void check_directory(const Subject& subject, Findings& findings) {
    if (!subject.launch->directory.known) return;
    std::string directory = subject.working_directory();
    auto missing = access_problem(directory + "/.", Access::existence);
    if (missing && missing->error != EACCES) {
        if (missing->path == directory + "/.") missing->path = directory;
        if (missing->error == ENOENT && subject.may_make(missing->path)) return;
        findings
            .add(Cause::file_missing, "run changes to a directory that it cannot use: " +
                                          sentence(*missing, "nobody", Access::searching))
            .at(subject.file("run"))
            .remedy("mkdir -p " + shell_word(directory));
        return;
    }
    auto in_the_way = access_problem_for(*subject.user, directory, Access::searching);
    if (!in_the_way) return;
    Finding& finding = findings.add(
        Cause::directory_closed, "the program's directory is closed to it: " +
                                     sentence(*in_the_way, subject.user->name, Access::searching));
    add_remedy(subject, *in_the_way, *subject.user, Access::searching, finding);
}

}  // namespace

void check_account(const Subject& subject, Findings& findings) {
    if (!subject.launch) return;
    if (subject.launch->user && subject.launch->user->known && !subject.user)
        return check_user(subject, findings);
    check_env_dirs(subject, findings);
    if (subject.user && can_act_as(*subject.user)) check_directory(subject, findings);
}

}  // namespace hf::diagnose
