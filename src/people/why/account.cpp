// SPDX-License-Identifier: MIT
// The user that the program runs as, and the directories that this user has to get into.
#include <sys/stat.h>

#include "people/look/words.h"
#include "people/why/chain.h"

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
    finding.remedy("useradd --system --no-create-home --shell /usr/sbin/nologin " +
                   shell_word(user.text));
}

void look_at_env_dirs(const Subject& subject, Findings& findings) {
    for (const Word& word : subject.launch->env_dirs) {
        if (!word.known || !subject.launch->directory.known) continue;
        std::string path = subject.resolved(word.text);
        auto in_the_way = obstacle(path + "/.", Need::reading);
        if (!in_the_way) continue;
        if (in_the_way->path == path + "/.") in_the_way->path = path;
        findings
            .add(Cause::env_dir_unusable, "the directory of settings (envdir) cannot be used: " +
                                              sentence(*in_the_way, "it", Need::reading))
            .at(subject.run_line(subject.launch->line))
            .remedy("mkdir " + shell_word(path) +
                    "   # one file a setting: its name, and in it the value");
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
