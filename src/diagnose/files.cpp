// SPDX-License-Identifier: MIT
// The files that the program is given: a script, a jar, a Smalltalk image with its changes and
// sources.
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "diagnose/chain.h"
#include "diagnose/remedy.h"
#include "sys/directory.h"
#include "sys/fd.h"
#include "text/words.h"

#include <fcntl.h>

namespace hf::diagnose {

using namespace inspect;
using namespace text;

namespace {

std::string directory_of_path(const std::string& path) {
    size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash);
}

std::string line_of_launch(const Subject& subject) {
    return subject.run_line(subject.launch->line);
}

// Adds what is in the way of `path`; false if nothing is.
bool check_one(const Subject& subject, const std::string& path, const std::string& what,
               Access access, Findings& findings) {
    auto in_the_way = access_problem_for(*subject.user, path, access);
    if (!in_the_way) return false;
    if (in_the_way->error == ENOENT && subject.may_make(in_the_way->path)) return false;
    const std::string& who = subject.user->name;
    Cause cause = in_the_way->error != EACCES && in_the_way->error != EROFS ? Cause::file_missing
                  : in_the_way->above ? Cause::directory_closed
                                      : Cause::file_unreadable;
    Finding& finding =
        findings.add(cause, what + " cannot be used: " + sentence(*in_the_way, who, access));
    finding.at(line_of_launch(subject)).because("the file: " + path);
    add_remedy(subject, *in_the_way, *subject.user, access, finding);
    if (cause == Cause::file_missing)
        finding.remedy("put it there, or correct the name in " + line_of_launch(subject));
    return true;
}

std::vector<std::string> sources_in(const std::string& directory) {
    std::vector<std::string> found;
    sys::Fd dir = sys::open(directory.c_str(), O_RDONLY | O_DIRECTORY);
    if (!dir) return found;
    for (const std::string& name : sys::names_in(dir).value_or(std::vector<std::string>{})) {
        if (name.ends_with(".sources")) found.push_back(directory + "/" + name);
    }
    return found;
}

// A Smalltalk image needs its .changes beside it, which it also writes, and its .sources beside it
// or beside the virtual machine.
void check_image(const Subject& subject, const std::string& image, Findings& findings) {
    if (check_one(subject, image, "the image", Access::reading, findings)) return;
    std::string changes = image.substr(0, image.size() - 6) + ".changes";
    if (check_one(subject, changes, "the image's .changes file", Access::reading, findings)) return;
    if (check_one(subject, changes, "the image's .changes file", Access::writing, findings)) return;
    auto sources = sources_in(directory_of_path(image));
    auto beside_machine = sources_in(directory_of_path(subject.program()));
    sources.insert(sources.end(), beside_machine.begin(), beside_machine.end());
    if (sources.empty()) {
        findings
            .add(Cause::file_missing,
                 "there is no .sources file beside the image: it has to lie "
                 "together with image and changes")
            .at(line_of_launch(subject))
            .because("looked in " + directory_of_path(image))
            .remedy("cp /where/it/is/*.sources " + shell_word(directory_of_path(image)) + "/");
        return;
    }
    check_one(subject, sources[0], "the image's .sources file", Access::reading, findings);
}

std::string extension(const std::string& word) {
    size_t dot = word.rfind('.');
    size_t slash = word.rfind('/');
    bool has = dot != std::string::npos && (slash == std::string::npos || dot > slash + 1);
    return has ? word.substr(dot) : "";
}

// `node server.js`, `java -jar app.jar`, `nginx -c site.conf`: what is meant to be read.
bool is_read_by_programs(const std::string& word) {
    constexpr std::array<std::string_view, 17> kinds{
        ".py", ".js",  ".mjs",  ".ts",  ".rb",  ".pl",   ".php",  ".jar", ".war",
        ".sh", ".lua", ".conf", ".cfg", ".yml", ".yaml", ".toml", ".ini"};
    std::string kind = extension(word);
    bool is_url = word.find("://") != std::string::npos;
    return !kind.empty() && !is_url && std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

}  // namespace

void check_files(const Subject& subject, Findings& findings) {
    const auto& launch = subject.launch;
    if (!launch || !subject.user || !can_act_as(*subject.user) || !launch->directory.known) return;
    for (size_t i = 1; i < launch->words.size(); ++i) {
        const Word& word = launch->words[i];
        if (!word.known || word.text.empty() || word.text[0] == '-') continue;
        std::string path = subject.resolved(word.text);
        if (word.text.ends_with(".image")) return check_image(subject, path, findings);
        if (!is_read_by_programs(word.text)) continue;
        // A file that an option names may be one to be made; the first plain word is not.
        bool is_main = i == 1 || launch->words[i - 1].text == "-jar";
        bool exists = !access_problem(path, Access::existence);
        if ((is_main || exists) &&
            check_one(subject, path, "the file that the program reads", Access::reading, findings))
            return;
    }
}

}  // namespace hf::diagnose
