// SPDX-License-Identifier: MIT
// holdfast top: all services on a full screen, and keys to do something about them.
#include <algorithm>
#include <csignal>

#include "cli/command_line.h"
#include "cli/top/screen.h"
#include "cli/top/view.h"
#include "control/commands.h"
#include "control/output.h"
#include "control/verbs.h"
#include "inspect/history.h"
#include "inspect/log_files.h"
#include "sys/clock.h"
#include "text/times.h"
#include "text/words.h"

namespace hf::cli {

using namespace control;
using namespace inspect;
using namespace text;

namespace {

using std::chrono::milliseconds;

constexpr milliseconds period(1000);

std::string log_text(const Snapshot& snapshot) {
    auto log_dir = log_directory_of(snapshot.view.path);
    if (!log_dir) return snapshot.view.name + " has no log that can be shown";
    std::string text;
    for (const LogLine& line : last_lines(*log_dir + "/current", 500))
        text += (line.time ? time_text(*line.time, false) + " " : "") + line.text + "\n";
    return text.empty() ? "the log is empty" : text;
}

std::string events_text(const Snapshot& snapshot) {
    auto notes = history_of(snapshot.view.path);
    if (!notes || notes->empty()) return "it has no history that you may read";
    std::string text;
    for (size_t i = 0; i < notes->size(); ++i)
        text += time_text(format::tai64n((*notes)[i].at.time_since_epoch()), false) + " " +
                event_words(*notes, i) + "\n";
    return text;
}

constexpr const char* help =
    "arrows, page up and down, home and end move the bar\n"
    "/      find a name: type a part of it, and Enter\n"
    "u d t  start, stop, restart the service in the bar\n"
    "l      its log\n"
    "e      its events\n"
    "w      why it is not up, or does not answer\n"
    "n s c m a r  sort by name, state, processor time, memory, age, restarts\n"
    "q      quit\n";

class Top {
  public:
    explicit Top(std::string scan_dir) : scan_dir_(std::move(scan_dir)) {}

    int run() {
        std::signal(SIGPIPE, SIG_IGN);
        look();
        for (;;) {
            screen_.show(view_.lines(screen_.rows(), screen_.columns(), message_));
            auto left = std::chrono::ceil<milliseconds>(looked_ + period - sys::boot_time());
            Key key = screen_.key(std::max(left, milliseconds(1)));
            if (key == Key::end || key == static_cast<Key>('q')) return 0;
            obey(key);
            if (sys::boot_time() >= looked_ + period) look();
        }
    }

  private:
    void look() {
        view_.take(snapshot(scan_dir_, services_in(scan_dir_)), sys::boot_time());
        looked_ = sys::boot_time();
    }

    void obey(Key key) {
        long page = static_cast<long>(screen_.rows()) - 4;
        constexpr long far = 1L << 30U;
        switch (static_cast<int>(key)) {
            case static_cast<int>(Key::up): return view_.move(-1);
            case static_cast<int>(Key::down): return view_.move(1);
            case static_cast<int>(Key::page_up): return view_.move(-page);
            case static_cast<int>(Key::page_down): return view_.move(page);
            case static_cast<int>(Key::first): return view_.move(-far);
            case static_cast<int>(Key::last): return view_.move(far);
            case 'n': return view_.sort_by(Sorting::name);
            case 's': return view_.sort_by(Sorting::state);
            case 'c': return view_.sort_by(Sorting::cpu);
            case 'm': return view_.sort_by(Sorting::memory);
            case 'a': return view_.sort_by(Sorting::age);
            case 'r': return view_.sort_by(Sorting::restarts);
            case '/': return find();
            case '?': return read("holdfast top", help, false);
            default: break;
        }
        if (const Snapshot* snapshot = view_.chosen()) act(static_cast<int>(key), *snapshot);
    }

    void act(int key, const Snapshot& snapshot) {
        std::string name = snapshot.view.name;
        if (const Verb* verb = verb_of(key)) return order(snapshot, *verb);
        switch (key) {
            case 'l': return read(name + ": log", log_text(snapshot), true);
            case 'e': return read(name + ": events", events_text(snapshot), true);
            case 'w': return read(name + ": why", why_text({{scan_dir_, false}, name, 0}), false);
            default: break;
        }
    }

    static const Verb* verb_of(int key) {
        for (const Verb& verb : verbs) {
            if (*verb.key != '\0' && verb.letters[0] == key) return &verb;
        }
        return nullptr;
    }

    void order(const Snapshot& snapshot, const Verb& verb) {
        const ServiceView& view = snapshot.view;
        Control control;
        std::string trouble =
            send_letters(control, {view.name, view.path}, letters_of(verb, "", view));
        std::string done =
            verb.key + (": svc -" + std::string(verb.letters)) + " " + shell_word(view.path);
        message_ = view.name + ": " + (trouble.empty() ? done : trouble);
        looked_ = {};
    }

    // Letters are typed until Enter; Escape takes them back.
    void find() {
        std::string text;
        for (;;) {
            screen_.show(view_.lines(screen_.rows(), screen_.columns(), "/" + text));
            Key key = screen_.key(period);
            int letter = static_cast<int>(key);
            if (key == Key::end || key == Key::escape) return message_.clear();
            if (letter == '\n' || letter == '\r') break;
            if ((letter == '\b' || letter == 127) && !text.empty()) text.pop_back();
            if (letter >= ' ' && letter < 127) text += static_cast<char>(letter);
        }
        message_ = view_.find(text) ? "" : "no service has " + text + " in its name";
    }

    // A text to read, in place of the table, until q.
    void read(const std::string& title, const std::string& text, bool from_end) {
        auto lines = wrapped(text);
        long first = from_end ? static_cast<long>(lines.size()) : 0;
        for (;;) {
            long room = std::max(1L, static_cast<long>(screen_.rows()) - 2);
            first = std::clamp(first, 0L, std::max(0L, static_cast<long>(lines.size()) - room));
            std::vector<ScreenLine> page{{title, Look::strong}};
            for (long i = first; i < first + room && i < static_cast<long>(lines.size()); ++i)
                page.push_back({lines[static_cast<size_t>(i)], Look::plain});
            page.resize(static_cast<size_t>(room) + 1);
            page.push_back({"arrows move   q back", Look::strong});
            screen_.show(page);
            Key key = screen_.key(period);
            if (key == Key::up) --first;
            if (key == Key::down) ++first;
            if (key == Key::page_up) first -= room;
            if (key == Key::page_down) first += room;
            if (key == Key::end || key == Key::escape || key == static_cast<Key>('q')) return;
        }
    }

    std::vector<std::string> wrapped(const std::string& text) const {
        std::vector<std::string> result;
        size_t width = std::max<size_t>(20, screen_.columns());
        for (std::string line : lines_of(text)) {
            while (line.size() > width) {
                size_t cut = line.rfind(' ', width);
                if (cut == std::string::npos || cut < width / 2) cut = width;
                result.push_back(line.substr(0, cut));
                line = "      " + line.substr(cut + (line[cut] == ' ' ? 1 : 0));
            }
            result.push_back(line);
        }
        return result;
    }

    std::string scan_dir_;
    Screen screen_;
    TopView view_;
    std::string message_;
    std::chrono::nanoseconds looked_{};
};

struct TopOptions {
    Where where;
};

int top_command(const TopOptions& options) {
    return Top(scan_directory(options.where.scan_dir)).run();
}

}  // namespace

void add_top(CommandLine& line) {
    line.add("top", "full-screen view, with keys for commands", std::make_shared<TopOptions>(),
             top_command);
}

}  // namespace hf::cli
