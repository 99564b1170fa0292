// SPDX-License-Identifier: MIT
// The user that the program runs as, and the directories that this user has to get into.
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "people/look/words.h"
#include "people/why/chain.h"
#include "sys/directory.h"
#include "sys/fd.h"

namespace hf::people {

namespace {

void look_at_user(const Subject& subject, Findings& findings) {
    const Word& user = *subject.launch->user;
    bool is_number = user.text.find_first_not_of("0123456789") == std::string::npos;
    Finding& finding = findings.add(Cause::user_missing, "run starts the program as the user " +
                                                             shell_word(user.text) +
                                                             ", and there is no such user");
    finding.at(subject.run_line(subject.launch->line));
    if (is_number) {
        finding.because("setuidgid takes names, no numbers")
            .remedy("getent passwd " + user.text + "   # what is that user called?");
        return;
    }
    size_t colon = user.text.find(':');
    if (colon != std::string::npos) {
        finding.because("setuidgid takes a user alone, and gives the program that user's group")
            .remedy("in run: setuidgid " + shell_word(user.text.substr(0, colon)));
        return;
    }
    finding.remedy("useradd --system --no-create-home --shell /usr/sbin/nologin " +
                   shell_word(user.text));
}

Finding& add_env_dir(const Subject& subject, const std::string& fault, Findings& findings) {
    return findings
        .add(Cause::env_dir_unusable, "the directory of settings (envdir) cannot be used: " + fault)
        .at(subject.run_line(subject.launch->line));
}

bool is_directory(const std::string& path) {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
}

// Where it is not known who reads, what this user may not read is no fault.
std::optional<Obstacle> unread(const std::string& path, const std::optional<Person>& reader) {
    auto found = obstacle_for(reader.value_or(myself()), path, Need::reading);
    if (found && !reader && found->error == EACCES) return std::nullopt;
    return found;
}

// envdir gives up at the first value that it cannot read.
void look_at_values(const Subject& subject, const std::string& path,
                    const std::optional<Person>& reader, Findings& findings) {
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
        add_env_dir(subject, sentence(*in_the_way, who, Need::reading), findings)
            .remedy(in_the_way->error == ENOENT ? "rm " + shell_word(file)
                                                : remedy(*in_the_way, who, Need::reading));
        return;
    }
}

void look_at_env_dirs(const Subject& subject, Findings& findings) {
    for (const EnvDir& each : subject.launch->env_dirs) {
        if (!each.known || !subject.launch->directory.known) continue;
        const auto& known = each.as_user ? subject.person : subject.keeper;
        Person reader = known.value_or(myself());
        if (!can_see_as(reader)) continue;
        std::string path = subject.resolved(each.text);
        auto in_the_way = unread(path + "/.", known);
        if (!in_the_way) {
            look_at_values(subject, path, known, findings);
            continue;
        }
        if (in_the_way->path == path + "/.") in_the_way->path = path;
        Finding& finding =
            add_env_dir(subject, sentence(*in_the_way, reader.name, Need::reading), findings);
        if (in_the_way->error == ENOENT)
            finding.remedy("mkdir " + shell_word(path) +
                           "   # one file a setting: its name, and in it the value");
        else
            finding.remedy(remedy(*in_the_way, reader.name, Need::reading));
    }
}

void look_at_directory(const Subject& subject, Findings& findings) {
    if (!subject.launch->directory.known) return;
    std::string directory = subject.working_directory();
    auto missing = obstacle(directory + "/.", Need::existence);
    if (missing && missing->error != EACCES) {
        if (missing->path == directory + "/.") missing->path = directory;
        findings
            .add(Cause::file_missing, "run changes to a directory that it cannot use: " +
                                          sentence(*missing, "nobody", Need::searching))
            .at(subject.file("run"))
            .remedy("mkdir -p " + shell_word(directory));
        return;
    }
    auto in_the_way = obstacle_for(*subject.person, directory, Need::searching);
    if (!in_the_way) return;
    findings
        .add(Cause::directory_closed,
             "the program's directory is closed to it: " +
                 sentence(*in_the_way, subject.person->name, Need::searching))
        .remedy(remedy(*in_the_way, subject.person->name, Need::searching));
}

}  // namespace

void look_at_account(const Subject& subject, Findings& findings) {
    if (!subject.launch) return;
    if (subject.launch->user && subject.launch->user->known && !subject.person)
        return look_at_user(subject, findings);
    look_at_env_dirs(subject, findings);
    if (subject.person && can_see_as(*subject.person)) look_at_directory(subject, findings);
}

}  // namespace hf::people
