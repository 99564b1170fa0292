// SPDX-License-Identifier: MIT
// A terminal used as a whole (ncurses). Whatever happens to this program, the terminal is put back
// as it was.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace hf::cli {

enum class Look { plain, strong, bar, good, bad, faint };

struct ScreenLine {
    std::string text;
    Look look = Look::plain;
};

// A letter stands for itself.
enum class Key : int {
    none = -1,
    up = 1000,
    down,
    page_up,
    page_down,
    first,
    last,
    escape,
    end,  // told to end by a signal, or the terminal is gone
};

class Screen {
  public:
    Screen();  // throws Fatal where there is no terminal
    ~Screen();
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    size_t rows() const;
    size_t columns() const;

    // Fills the screen from the top; what is too long is cut.
    void show(const std::vector<ScreenLine>& lines);

    // The next key; `none` after `timeout`, or when the window's size has changed.
    Key key(std::chrono::milliseconds timeout);
};

}  // namespace hf::cli
