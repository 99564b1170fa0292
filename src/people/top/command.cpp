// SPDX-License-Identifier: MIT
// holdfast top: all services on a full screen, and keys to do something about them.
#include <algorithm>
#include <csignal>

#include "people/commands.h"
#include "people/log_files.h"
#include "people/look/history.h"
#include "people/look/words.h"
#include "people/orders.h"
#include "people/times.h"
#include "people/top/screen.h"
#include "people/top/view.h"
#include "sys/clock.h"

namespace hf::people {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds period(1000);

std::string log_text(const Glance& glance) {
    auto folder = log_folder_of(glance.seen.path);
    if (!folder) return glance.seen.name + " has no log that can be shown";
    std::string text;
    for (const LogLine& line : last_lines(*folder + "/current", 500))
        text += (line.time ? time_text(*line.time, false) + " " : "") + line.text + "\n";
    return text.empty() ? "the log is empty" : text;
}

std::string events_text(const Glance& glance) {
    auto notes = history_of(glance.seen.path);
    if (!notes || notes->empty()) return "there is no history of it that you may read";
    std::string text;
    for (size_t i = 0; i < notes->size(); ++i)
        text += time_text(format::tai64n((*notes)[i].at.time_since_epoch()), false) + " " +
                event_words(*notes, i) + "\n";
    return text;
}

class Top {
  public:
    explicit Top(std::string folder) : folder_(std::move(folder)) {}

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
        view_.take(glance(folder_, services_in(folder_)), sys::boot_time());
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
            default: break;
        }
        if (const Glance* glance = view_.chosen()) act(static_cast<int>(key), *glance);
    }

    void act(int key, const Glance& glance) {
        std::string name = glance.seen.name;
        switch (key) {
            case 'u': return order(glance, "start", "told to start: svc -u ");
            case 'd': return order(glance, "stop", "told to stop: svc -d ");
            case 't': return order(glance, "restart", "told to end, to be started again: svc -t ");
            case 'l': return read(name + ": log", log_text(glance), true);
            case 'e': return read(name + ": events", events_text(glance), true);
            case 'w': return read(name + ": why", why_text({{folder_, false}, name, 0}), false);
            default: break;
        }
    }

    void order(const Glance& glance, const std::string& verb, const char* done) {
        std::string trouble =
            send_letters({glance.seen.name, glance.seen.path}, letters_of(verb, "", glance.seen));
        message_ = glance.seen.name + ": " +
                   (trouble.empty() ? done + shell_word(glance.seen.path) : trouble);
        looked_ = {};
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

    std::string folder_;
    Screen screen_;
    TopView view_;
    std::string message_;
    std::chrono::nanoseconds looked_{};
};

}  // namespace

int top_command(const Where& where) {
    return Top(service_folder(where.folder)).run();
}

}  // namespace hf::people
