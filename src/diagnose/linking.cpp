// SPDX-License-Identifier: MIT
// A name that does not, or does not any more, stand in the scan directory.
#include "diagnose/linking.h"

#include "inspect/files.h"
#include "text/suggest.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace control;
using namespace inspect;
using namespace text;

namespace {

std::string last_name(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

// What this svscan, or a supervise of the original one, has the FIFO of, and no name leads to. Only
// root and their own user may know.
std::vector<std::string> kept_without_link(const Subject& subject, pid_t scanner) {
    constexpr std::string_view control = "/supervise/control";
    std::vector<std::string> found;
    if (scanner == 0) return found;
    const Processes processes;
    for (const Process* each : processes.tree(scanner)) {
        if (each->name != "holdfast-engine" && each->name != "supervise") continue;
        for (const std::string& place : open_files_of(each->pid)) {
            std::string directory = link_of(place);
            if (!directory.ends_with(control)) continue;
            directory.resize(directory.size() - control.size());
            if (last_name(directory) == "log" || !is_directory(directory)) continue;
            if (name_of_directory(subject.scan_dir, directory).empty()) found.push_back(directory);
        }
    }
    return found;
}

Finding& add_not_linked(const Subject& subject, Findings& findings) {
    return findings.add(Cause::not_linked, subject.name +
                                               " is not linked into the scan directory " +
                                               subject.scan_dir + ", so svscan does not start it");
}

void add_wishes(const Subject& subject, const std::string& directory, Finding& finding) {
    std::string both = shell_word(directory);
    if (is_directory(directory + "/log")) both += " " + shell_word(directory + "/log");
    finding
        .remedy(command_to_link(directory, subject.scan_dir) +
                "   # to keep it, also after the next boot")
        .remedy("svc -dx " + both + "   # to end it");
}

void add_renamed(const Subject& subject, const std::string& directory, const std::string& name,
                 Findings& findings) {
    Subject other = subject;
    other.name = name;
    std::string link = subject.scan_dir + "/" + name;
    findings
        .add(Cause::not_linked, "there is no " + subject.name + " in the scan directory " +
                                    subject.scan_dir + ": its directory " + directory +
                                    " is linked there as " + name)
        .because(link + " leads to " + directory)
        .remedy(command_for(other, "why") + "   # how it is under that name")
        .remedy("mv " + shell_word(link) + " " + shell_word(subject.entry) +
                "   # gives it this name; it keeps running");
}

void add_kept(const Subject& subject, const std::string& directory, Findings& findings) {
    const ServiceView view = inspect_service(subject.name, directory);
    std::string running =
        view.up() ? "runs on (pid " + std::to_string(view.pid()) + ")" : "is down";
    Finding& finding =
        findings.add(Cause::not_linked, subject.name + " is not linked into the scan directory " +
                                            subject.scan_dir + " any more; it " + running +
                                            ", and svscan keeps it until it is told to exit");
    finding.because("svscan supervises " + directory + ", to which no name in " + subject.scan_dir +
                    " leads");
    add_wishes(subject, directory, finding);
}

void add_unlinked(const Subject& subject, const std::string& directory, Findings& findings) {
    Subject target = subject;
    target.name = directory;
    Finding& finding = add_not_linked(subject, findings);
    finding.because(directory + " exists, and nothing in " + subject.scan_dir + " leads to it")
        .remedy(command_for(target, "add") + "   # links it, and waits until it serves")
        .remedy(command_to_link(directory, subject.scan_dir));
    if (exists(directory + "/down"))
        finding.because("it has a file called down: linked, it is not started automatically")
            .remedy(command_for(subject, "enable") + "   # when it is linked: removes that file");
}

// The directory that is meant by the name: where `add` makes it, here, or one that svscan has.
std::string directory_for(const Subject& subject, const std::vector<std::string>& kept) {
    for (const std::string& each : kept) {
        if (last_name(each) == subject.name) return each;
    }
    for (const std::string& place : {"/srv/" + subject.name, "./" + subject.name}) {
        if (is_directory(place)) return without_links(place);
    }
    for (const std::string& name : services_in(subject.scan_dir)) {
        std::string target = without_links(subject.scan_dir + "/" + name);
        if (last_name(target) == subject.name) return target;
    }
    return "";
}

void add_unknown(const Subject& subject, const std::vector<std::string>& kept, Findings& findings) {
    Finding& finding = add_not_linked(subject, findings);
    for (const std::string& each : kept)
        finding.because("svscan keeps a service whose link was removed: " + each)
            .remedy("holdfast why " + shell_word(each) + "   # is it that one?");
    std::string meant = suggestion(subject.name, services_in(subject.scan_dir));
    if (!meant.empty())
        finding.remedy("holdfast why " + shell_word(meant) + "   # or did you mean that one?");
    finding
        .remedy("ln -s /the/directory/" + shell_word(subject.name) + " " +
                shell_word(subject.scan_dir) + "/   # wherever it is")
        .remedy("holdfast add " + shell_word(subject.name) +
                " -- COMMAND   # makes a service of a command");
}

}  // namespace

std::string command_to_link(const std::string& directory, const std::string& scan_dir) {
    return "ln -s " + shell_word(directory) + " " + shell_word(scan_dir) + "/";
}

Scanners find_scanners(const Subject& subject) {
    Scanners result;
    Processes processes;
    for (const auto& [pid, each] : processes.all()) {
        if (each.name != "svscan" || each.state == 'Z') continue;
        if (same_file("/proc/" + std::to_string(pid) + "/cwd", subject.scan_dir))
            result.here = pid;
        else
            result.elsewhere.push_back(pid);
    }
    return result;
}

std::string name_of_directory(const std::string& scan_dir, const std::string& directory) {
    if (!is_directory(scan_dir)) return "";
    for (const std::string& name : services_in(scan_dir)) {
        if (same_file(scan_dir + "/" + name, directory)) return name;
    }
    return "";
}

void check_missing_entry(const Subject& subject, Findings& findings) {
    if (!subject.by_name) {
        findings.add(Cause::not_linked, "there is no directory " + subject.entry)
            .remedy("see what there is: ls -l " + shell_word(subject.scan_dir));
        return;
    }
    if (access_problem(subject.scan_dir, Access::reading)) {
        add_not_linked(subject, findings).because("you may not read " + subject.scan_dir);
        return;
    }
    auto kept = kept_without_link(subject, find_scanners(subject).here);
    std::string directory = directory_for(subject, kept);
    if (directory.empty()) return add_unknown(subject, kept, findings);
    std::string name = name_of_directory(subject.scan_dir, directory);
    if (!name.empty()) return add_renamed(subject, directory, name, findings);
    if (inspect_service(subject.name, directory).supervised)
        return add_kept(subject, directory, findings);
    add_unlinked(subject, directory, findings);
}

void note_unlinked(const Subject& subject, Findings& findings) {
    const auto& record = subject.view.record;
    if (!record || record->service.linked || subject.path.ends_with("/log")) return;
    if (access_problem(subject.scan_dir, Access::reading)) return;
    if (!name_of_directory(subject.scan_dir, subject.path).empty()) return;
    Finding& finding =
        findings.add(Cause::unlinked,
                     "its link was removed from the scan directory: svscan keeps it until it "
                     "is told to exit, and does not start it at the next boot");
    add_wishes(subject, subject.path, finding);
}

}  // namespace hf::diagnose
