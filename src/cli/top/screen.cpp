// SPDX-License-Identifier: MIT
#include "cli/top/screen.h"

#define NCURSES_NOMACROS  // functions, with the names that they have
#include <curses.h>
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <cstdlib>

#include "cli/commands.h"
#include "cli/terminal.h"
#include "program/tool.h"
#include "text/visible.h"

namespace hf::cli {

using namespace program;

namespace {

volatile std::sig_atomic_t told_to_end = 0;

void note_end(int) {
    told_to_end = 1;
}

// A crash: the terminal first, then the crash as if nobody had looked.
void restore_and_crash(int number) {
    ::endwin();
    std::signal(number, SIG_DFL);
    std::raise(number);
}

void watch_signals() {
    struct sigaction action {};
    action.sa_handler = note_end;  // no SA_RESTART: reading a key ends
    for (int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) ::sigaction(number, &action, nullptr);
    for (int number : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL})
        std::signal(number, restore_and_crash);
}

enum Pair : short { good_pair = 1, bad_pair };

attr_t attribute_of(Look look) {
    switch (look) {
        case Look::plain: return A_NORMAL;
        case Look::strong: return A_BOLD;
        case Look::bar: return A_REVERSE;
        case Look::good: return static_cast<attr_t>(COLOR_PAIR(good_pair));
        case Look::bad: return static_cast<attr_t>(COLOR_PAIR(bad_pair)) | A_BOLD;
        case Look::faint: return A_DIM;
    }
    return A_NORMAL;
}

}  // namespace

Screen::Screen() {
    if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0)
        throw Fatal{"this needs a terminal; without one: holdfast status"};
    std::setlocale(LC_CTYPE, "");
    const char* terminal = std::getenv("TERM");
    if (::newterm(terminal, stdout, stdin) == nullptr)
        throw Fatal{"the terminal " + std::string(terminal != nullptr ? terminal : "(no TERM)") +
                    " is not known; without one: holdfast status"};
    watch_signals();
    ::cbreak();
    ::noecho();
    ::keypad(stdscr, TRUE);
    ::set_escdelay(50);
    ::curs_set(0);
    if (wants_colour(STDOUT_FILENO) && ::has_colors()) {
        ::start_color();
        ::use_default_colors();
        ::init_pair(good_pair, COLOR_GREEN, -1);
        ::init_pair(bad_pair, COLOR_RED, -1);
    }
}

Screen::~Screen() {
    ::endwin();
}

size_t Screen::rows() const {
    return static_cast<size_t>(LINES);
}

size_t Screen::columns() const {
    return static_cast<size_t>(COLS);
}

void Screen::show(const std::vector<ScreenLine>& lines) {
    ::erase();
    for (size_t row = 0; row < lines.size() && row < rows(); ++row) {
        std::string text = text::visible(lines[row].text);
        if (lines[row].look == Look::bar && text.size() < columns()) text.resize(columns(), ' ');
        attr_t attribute = attribute_of(lines[row].look);
        ::attron(static_cast<int>(attribute));
        ::mvaddnstr(static_cast<int>(row), 0, text.c_str(), COLS);
        ::attroff(static_cast<int>(attribute));
    }
    ::refresh();
}

Key Screen::key(std::chrono::milliseconds timeout) {
    ::timeout(static_cast<int>(timeout.count()));
    int got = ::getch();
    if (told_to_end != 0) return Key::end;
    switch (got) {
        case ERR: return ::isatty(STDIN_FILENO) == 0 ? Key::end : Key::none;
        case KEY_UP: return Key::up;
        case KEY_DOWN: return Key::down;
        case KEY_PPAGE: return Key::page_up;
        case KEY_NPAGE: return Key::page_down;
        case KEY_HOME: return Key::first;
        case KEY_END: return Key::last;
        case KEY_RESIZE: return Key::none;
        case 27: return Key::escape;
        default: return got < 256 ? static_cast<Key>(got) : Key::none;
    }
}

}  // namespace hf::cli
