// SPDX-License-Identifier: MIT
#include "control/output.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "inspect/files.h"
#include "inspect/processes.h"
#include "inspect/program.h"
#include "sys/clock.h"
#include "sys/safe_open.h"
#include "text/words.h"

namespace hf::control {

using namespace inspect;
using namespace text;
using namespace std::literals;

namespace {

constexpr int standard_output = 1;
constexpr int standard_error = 2;
constexpr size_t most_of_a_screen = 65536;

std::string descriptor_of(pid_t pid, int number) {
    return "/proc/" + std::to_string(pid) + "/fd/" + std::to_string(number);
}

// The directories in which the logger has `current` open, in the order of its descriptors.
std::vector<std::string> open_log_directories(pid_t logger) {
    constexpr std::string_view name = "/current";
    std::vector<std::string> found;
    if (logger == 0) return found;
    const Processes processes;
    for (const std::string& open : open_files_of(processes.tree(logger))) {
        std::string file = link_of(open);
        if (!file.ends_with(name) || !same_file(open, file)) continue;
        file.resize(file.size() - name.size());
        found.push_back(std::move(file));
    }
    return found;
}

// Of the kernel's console; empty for another kind of terminal, which nobody can read back.
std::string console_behind(std::string terminal) {
    constexpr std::string_view prefix = "/dev/tty";
    if (terminal == "/dev/console") {
        std::string active = contents("/sys/class/tty/console/active");
        active = active.substr(0, active.find('\n'));
        terminal = "/dev/" + active.substr(active.rfind(' ') + 1);
    }
    if (terminal == "/dev/tty0") {
        std::string active = contents("/sys/class/tty/tty0/active");
        terminal = "/dev/" + active.substr(0, active.find('\n'));
    }
    bool numbered = terminal.starts_with(prefix) && terminal.size() > prefix.size() &&
                    terminal.find_first_not_of("0123456789", prefix.size()) == std::string::npos;
    return numbered ? terminal : "";
}

pid_t readproctitle_at(const std::string& pipe) {
    const Processes processes;
    for (const auto& [pid, each] : processes.all()) {
        if (each.name == "readproctitle" && same_file(descriptor_of(pid, 0), pipe)) return pid;
    }
    return 0;
}

// systemd tells whom it starts by which socket their output goes to the journal.
bool is_the_journal(pid_t pid, const std::string& socket) {
    std::string inode = socket.substr(0, socket.size() - 1).substr(socket.find('[') + 1);
    auto settings = environment_of(pid);
    return std::any_of(settings.begin(), settings.end(), [&](const std::string& each) {
        return each.starts_with("JOURNAL_STREAM=") && each.ends_with(":" + inode);
    });
}

std::optional<OutputPlace> sink_behind(pid_t pid, int number, bool shared) {
    std::string descriptor = descriptor_of(pid, number);
    std::string target = link_of(descriptor);
    if (target.starts_with('/') && is_plain_file(descriptor) && same_file(descriptor, target))
        return OutputPlace{Sink::file, target, shared};
    struct stat found {};
    if (::stat(descriptor.c_str(), &found) == 0 && S_ISFIFO(found.st_mode)) {
        pid_t reader = readproctitle_at(descriptor);
        if (reader != 0) return OutputPlace{Sink::title, "readproctitle", shared, reader};
    }
    if (target.starts_with("socket:") && is_the_journal(pid, target)) {
        std::string unit = unit_of(pid);
        return OutputPlace{Sink::journal, unit.empty() ? "_PID=" + std::to_string(pid) : unit,
                           shared};
    }
    std::string console = console_behind(target);
    if (!console.empty()) return OutputPlace{Sink::screen, console, shared};
    return std::nullopt;
}

std::vector<LogLine> unstamped(const std::vector<std::string>& lines, size_t count) {
    std::vector<LogLine> result;
    size_t first = lines.size() > count ? lines.size() - count : 0;
    for (size_t i = first; i < lines.size(); ++i) {
        if (!lines[i].empty()) result.push_back({std::nullopt, lines[i]});
    }
    return result;
}

// A file whose lines bear no time is as old as its last line.
std::vector<LogLine> lines_of_file(const std::string& path, size_t count,
                                   std::chrono::seconds recent) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) return {};
    auto now = sys::wall_time();
    bool is_old = std::chrono::seconds(found.st_mtim.tv_sec) + recent < now;
    auto lines = is_old ? std::vector<LogLine>{} : last_lines(path, count);
    auto seconds = format::tai64n(now).seconds;
    std::erase_if(lines, [&](const LogLine& line) {
        return line.time &&
               line.time->seconds + static_cast<std::uint64_t>(recent.count()) < seconds;
    });
    return lines;
}

std::vector<LogLine> lines_of_journal(const OutputPlace& output, size_t count,
                                      std::chrono::seconds recent) {
    std::string program = find_in_path("journalctl", "/usr/bin:/bin", myself());
    if (program.empty()) return {};
    bool by_pid = output.location.starts_with('_');
    ProgramOutput said = run_program({program, "--quiet", "--no-pager", "--output=cat",
                                      "--lines=" + std::to_string(count),
                                      "--since=-" + std::to_string(recent.count()) + "s",
                                      by_pid ? output.location : "--unit=" + output.location});
    if (said.code != 0) return {};
    return unstamped(text::lines_of(said.text), count);
}

// The last argument of readproctitle is what it shows.
std::vector<LogLine> lines_of_title(pid_t reader, size_t count) {
    auto words = arguments_of(reader);
    if (words.empty()) return {};
    std::string shown = words.back();
    shown.erase(0, std::min(shown.find_first_not_of('.'), shown.size()));
    return unstamped(text::lines_of(shown), count);
}

std::vector<LogLine> lines_of_screen(const std::string& console, size_t count) {
    std::string device = "/dev/vcsa" + console.substr(std::string_view("/dev/tty").size());
    sys::Fd file = sys::open(device.c_str(), O_RDONLY | O_NONBLOCK);
    std::string bytes;
    if (file) sys::read_at_most(file.get(), most_of_a_screen, bytes);
    return unstamped(screen_lines(bytes), count);
}

std::vector<LogLine> all_lines_of(const OutputPlace& output, size_t count,
                                  std::chrono::seconds recent) {
    switch (output.sink) {
        case Sink::log: return lines_of_file(output.location + "/current", count, recent);
        case Sink::file: return lines_of_file(output.location, count, recent);
        case Sink::journal: return lines_of_journal(output, count, recent);
        case Sink::title: return lines_of_title(output.reader, count);
        case Sink::screen: return lines_of_screen(output.location, count);
    }
    return {};
}

// What svscan, its engine and the loggers of other services say there is not the service's.
bool is_of_the_supervisor(const LogLine& line) {
    constexpr std::array prefixes{"supervise: ", "svscan: ", "holdfast-engine: ", "multilog: "};
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](const char* prefix) { return line.text.starts_with(prefix); });
}

// Whether the line bears the label, behind its time; takes both off.
bool take_label(LogLine& line, const std::string& label) {
    size_t space = line.text.find(' ');
    if (space == std::string::npos || line.text.compare(space + 1, label.size(), label) != 0)
        return false;
    line.text.erase(0, space + 1 + label.size());
    return true;
}

std::string label_of(const ServiceView& view, pid_t supervisor) {
    auto words = arguments_of(supervisor);
    bool named = std::find(words.begin(), words.end(), "--prefix-output") != words.end();
    return named ? view.path.substr(view.path.rfind('/') + 1) + ": " : "";
}

}  // namespace

std::optional<std::string> log_directory_of(const std::string& path) {
    auto written = configured_log_directory(path);
    auto open = open_log_directories(inspect_service("log", path + "/log").pid());
    if (open.empty()) return written;
    bool is_one_of_them = written && std::any_of(open.begin(), open.end(), [&](const auto& each) {
                              return same_file(each, *written);
                          });
    return is_one_of_them ? written : open.back();
}

bool has_logger_of_another(const std::string& path, pid_t logger) {
    struct stat read {};
    struct stat own {};
    if (logger == 0 || ::stat(descriptor_of(logger, 0).c_str(), &read) != 0) return false;
    if (::stat((path + "/supervise/log").c_str(), &own) != 0) return false;
    return S_ISFIFO(read.st_mode) && S_ISFIFO(own.st_mode) &&
           (read.st_dev != own.st_dev || read.st_ino != own.st_ino);
}

std::string writer_to(pid_t logger, const std::string& scan_dir) {
    const std::string read = descriptor_of(logger, 0);
    for (const std::string& name : services_in(scan_dir)) {
        if (same_file(read, scan_dir + "/" + name + "/supervise/log")) return name;
    }
    return "";
}

std::vector<OutputPlace> outputs_of(const ServiceView& view, const std::optional<Launch>& launch,
                                    const std::string& from) {
    std::vector<OutputPlace> all;
    auto add = [&](std::optional<OutputPlace> output) {
        bool known = !output || std::any_of(all.begin(), all.end(), [&](const OutputPlace& each) {
            return each.sink == output->sink && each.location == output->location;
        });
        if (!known) all.push_back(std::move(*output));
    };
    if (view.has_log) {
        if (auto directory = log_directory_of(view.path)) add(OutputPlace{Sink::log, *directory});
    }
    if (launch && launch->output.known && !launch->output.text.empty()) {
        const std::string& file = launch->output.text;
        std::string path = file.starts_with('/') ? file : from + "/" + file;
        if (is_plain_file(path)) add(OutputPlace{Sink::file, path});
    }
    auto supervisor = view.record ? static_cast<pid_t>(view.record->session.supervisor) : 0;
    for (int number : {standard_error, standard_output}) {
        auto ours = supervisor != 0 ? sink_behind(supervisor, number, true) : std::nullopt;
        auto own = view.up() ? sink_behind(view.pid(), number, false) : std::nullopt;
        bool same = own && ours && own->sink == ours->sink && own->location == ours->location;
        if (!same) add(std::move(own));
        if (ours) ours->label = label_of(view, supervisor);
        if (number == standard_error || !view.has_log) add(std::move(ours));
    }
    return all;
}

std::vector<LogLine> recent_lines(const OutputPlace& output, size_t count,
                                  std::chrono::seconds recent) {
    auto lines = all_lines_of(output, count, recent);
    if (output.shared) std::erase_if(lines, is_of_the_supervisor);
    if (output.label.empty()) return lines;
    std::vector<LogLine> own;
    for (LogLine& each : lines) {
        if (take_label(each, output.label)) own.push_back(std::move(each));
    }
    return own;
}

std::string place_words(const OutputPlace& output) {
    bool mixed = output.shared && output.label.empty();
    std::string all = mixed ? " (of everything that has no log)" : "";
    switch (output.sink) {
        case Sink::log: return "its log";
        case Sink::file: return output.location + all;
        case Sink::journal: return "the journal" + all;
        case Sink::title: return "what readproctitle shows" + all;
        case Sink::screen: return "the screen " + output.location + all;
    }
    return "";
}

std::string command_to_show(const OutputPlace& output) {
    switch (output.sink) {
        case Sink::log: return "tail -n 50 " + shell_word(output.location + "/current");
        case Sink::file: return "tail -n 50 " + shell_word(output.location);
        case Sink::journal:
            return "journalctl -n 50 " +
                   (output.location.starts_with('_') ? "" : std::string("-u ")) +
                   shell_word(output.location);
        case Sink::title: return "ps -ww -o args= -p " + std::to_string(output.reader);
        case Sink::screen: return "";
    }
    return "";
}

std::vector<std::string> screen_lines(std::string_view vcsa) {
    constexpr size_t header = 4;
    std::vector<std::string> lines;
    if (vcsa.size() < header) return lines;
    const auto rows = static_cast<unsigned char>(vcsa[0]);
    const auto columns = static_cast<unsigned char>(vcsa[1]);
    vcsa.remove_prefix(header);
    for (size_t row = 0; row < rows && vcsa.size() >= size_t{2} * columns; ++row) {
        std::string line;
        for (size_t column = 0; column < columns; ++column) line += vcsa[2 * column];
        vcsa.remove_prefix(size_t{2} * columns);
        line.erase(line.find_last_not_of(" \0"sv) + 1);
        lines.push_back(std::move(line));
    }
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
    return lines;
}

}  // namespace hf::control
