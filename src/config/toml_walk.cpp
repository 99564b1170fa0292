// SPDX-License-Identifier: MIT
#include "config/toml_walk.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "config/toml_cursor.h"
#include "config/toml_names.h"
#include "config/toml_words.h"
#include "text/visible.h"

namespace hf::config {

namespace {

constexpr size_t deepest = 100;

using Names = std::vector<TomlName>;

bool is_in_bare_key(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

bool is_quote(char c) {
    return c == '"' || c == '\'';
}

std::string_view trimmed(std::string_view text) {
    const size_t last = text.find_last_not_of(" \t");
    return text.substr(0, last == text.npos ? 0 : last + 1);
}

// A blank that looks like a space, or like nothing at all: no break, no width.
bool is_strange_blank(std::string_view text) {
    constexpr std::array<std::string_view, 7> blanks{"\u00a0", "\u2003", "\u2009", "\u200b",
                                                     "\u202f", "\u3000", "\ufeff"};
    return std::ranges::any_of(blanks, [&](auto blank) { return text.starts_with(blank); });
}

// `KEY =` at the beginning of a line or of its rest.
bool begins_key(std::string_view line) {
    const auto end = std::find_if_not(line.begin(), line.end(), is_in_bare_key);
    const std::string_view after = line.substr(static_cast<size_t>(end - line.begin()));
    const size_t sign = after.find_first_not_of(" \t");
    return end != line.begin() && sign != after.npos && after[sign] == '=';
}

// "[name]", which as the item of a list would have quotes.
bool is_header(std::string_view line) {
    return line.size() > 2 && line.starts_with('[') && line.ends_with(']') &&
           is_in_bare_key(line[1]) && (line[1] < '0' || line[1] > '9');
}

class Walk {
  public:
    explicit Walk(std::string_view text) : at_(text) {}

    void document() {
        for (at_.skip_lines(); !at_.is_done(); at_.skip_lines()) {
            line_ = at_.offset();
            if (at_.next() == '[')
                header();
            else
                key_and_value(*table_, depth_, Place::line);
        }
    }

  private:
    enum class Place { line, list, braces };  // in which a value stands

    // ---- tables ----

    void header() {
        const size_t begin = at_.offset();
        const bool is_one_of_many = at_.take("[[");
        if (!is_one_of_many) at_.skip(1);
        at_.skip_blanks();
        if (at_.next() == ']' || at_.is_line_done())
            fail_here("the name of a table is missing between the brackets");
        if (at_.next() == '[') at_.fail(begin, "a table is [name], or [[name]] for one of many");
        const Names path = names();
        end_of_header(begin, is_one_of_many);
        check_depth(path.size(), begin);
        table_ = &note_table(root_, path, is_one_of_many, at_);
        depth_ = path.size();
    }

    void end_of_header(size_t begin, bool is_one_of_many) {
        const std::string whole(trimmed(at_.since(begin)));
        if (!at_.take(is_one_of_many ? "]]" : "]")) {
            if (at_.next() == ']')
                at_.fail(begin, "the brackets do not match: write " + shown(whole.substr(1)) + "]");
            if (!at_.is_line_done()) fail_here("a ] is missing before this");
            at_.fail(begin,
                     "a ] is missing: write " + shown(whole) + (is_one_of_many ? "]]" : "]"));
        }
        at_.skip_blanks();
        if (at_.next() == ']') fail_here("this ] is one too many");
        at_.skip_comment();
        no_other_comment();
        if (!at_.is_line_done()) fail_here("the first key of a table begins on the next line");
    }

    // ---- keys ----

    Names names() {
        Names path;
        do {
            at_.skip_blanks();
            const size_t begin = at_.offset();
            path.push_back({name(), begin});
            at_.skip_blanks();
        } while (at_.take("."));
        return path;
    }

    std::string name() {
        const size_t begin = at_.offset();
        if (is_quote(at_.next())) {
            if (at_.rest().starts_with("\"\"\"") || at_.rest().starts_with("'''"))
                at_.fail(begin, "a key has one pair of quotes");
            skip_string(at_);
            const std::string_view whole = at_.since(begin);
            // One with an escape is none of the others: which name it spells does not matter.
            if (whole.front() == '"' && whole.find('\\') != whole.npos) return std::string(whole);
            return std::string(whole.substr(1, whole.size() - 2));
        }
        while (is_in_bare_key(at_.next())) at_.skip(1);
        const std::string_view ends = " \t.=:]+\"'#,};";
        const bool is_end = at_.is_line_done() || ends.find(at_.next()) != ends.npos;
        if (at_.offset() == begin || !is_end) no_name();
        return std::string(at_.since(begin));
    }

    [[noreturn]] void no_name() {
        no_other_comment();
        const char c = at_.next();
        if (at_.is_line_done() || c == '.' || c == ']')
            fail_here("a name is missing beside the dot");
        if (c == '=' || c == ':' || c == ',') fail_here("a key is missing before this");
        if (is_strange_blank(at_.rest())) fail_here(strange_blank);
        const size_t size = std::max<size_t>(text::letter_size(at_.rest()), 1);
        const std::string letter = shown(at_.rest().substr(0, size));
        if (static_cast<unsigned char>(c) < 0x80 && at_.offset() == line_)
            fail_here("no line begins with " + letter +
                      ": write KEY = VALUE, [TABLE] or # COMMENT");
        fail_here("a name with " + letter + " in it is written in quotes");
    }

    // `type = "oneshot"`, at the beginning of a line or in braces.
    void key_and_value(TomlNames& table, size_t depth, Place place) {
        const size_t begin = at_.offset();
        const Names path = names();
        const std::string key = shown(trimmed(at_.since(begin)));
        if (at_.next() == ']' && place == Place::line)
            at_.fail(begin, "a [ is missing: write [" + key + "]");
        for (std::string_view sign : {":=", ":", "+=", "==", "=>"}) {
            if (at_.rest().starts_with(sign)) fail_here("write = instead of " + std::string(sign));
        }
        if (at_.is_line_done() || at_.next() == '#' || at_.next() == '}')
            fail_here("= and a value are missing after " + key);
        if (!at_.take("=")) fail_here("= is missing after " + key);
        check_depth(depth + path.size(), begin);
        note_key(table, path, at_);
        at_.skip_blanks();
        value(key, depth + path.size(), place);
    }

    // ---- values ----

    void value(const std::string& key, size_t depth, Place place) {
        const char first = at_.next();
        const size_t begin = at_.offset();
        if (at_.is_line_done() || first == '#') fail_here("the value of " + key + " is missing");
        if (is_strange_blank(at_.rest())) fail_here(strange_blank);
        if (is_quote(first))
            skip_string(at_);
        else if (first == '[')
            list(key, depth + 1);
        else if (first == '{')
            braces(depth);
        else
            bare(key, place);
        if (place == Place::line) end_of_line(begin);
    }

    // What stands without quotes goes as far as it can.
    void bare(const std::string& key, Place place) {
        const size_t begin = at_.offset();
        std::string_view text = at_.rest_of_line();
        text = text.substr(0, text.find_first_of(place == Place::line   ? "#"
                                                 : place == Place::list ? "#,]}"
                                                                        : "#,}"));
        text = trimmed(text);
        if (text.empty()) fail_here("the value of " + key + " is missing before this");
        if (text.starts_with('(')) fail_here("a list is written in [ and ]");
        const std::string trouble = trouble_with_bare(text);
        if (!trouble.empty()) {
            bare_and_more(text, place);
            at_.fail(begin, trouble);
        }
        at_.skip(text.size());
    }

    // Where a part of the text would be right: what is wrong behind it.
    void bare_and_more(std::string_view text, Place place) {
        const size_t end = text.find_first_of(" ,;]})");
        if (end == text.npos || !trouble_with_bare(text.substr(0, end)).empty()) return;
        const size_t next = text.find_first_not_of(" \t", end);
        const char c = text[next];
        const size_t here = at_.offset() + next;
        if (place != Place::line && c == ']') at_.fail(here, "a table in { ends with }");
        if (c == ']' || c == '}' || c == ')')
            at_.fail(here, std::string("this ") + c + " is one too many");
        if (place != Place::line)
            at_.fail(here, c == ';' ? "write , instead of ;" : "a comma is missing before this");
        if (c == ',') no_comma(here, shown(text.substr(0, next)), text.substr(next));
        if (c == ';') at_.fail(here, "a line does not end with ;");
        if (begins_key(text.substr(next))) at_.fail(here, "the next key begins on a new line");
    }

    // After a value, which began at `begin`.
    void end_of_line(size_t begin) {
        const std::string value = shown(at_.since(begin));
        at_.skip_blanks();
        at_.skip_comment();
        if (at_.is_line_done()) return;
        const std::string_view rest = trimmed(at_.rest_of_line());
        const char c = rest.front();
        if (c == ']' || c == '}') fail_here(std::string("this ") + c + " is one too many");
        if (begins_key(rest)) fail_here("the next key begins on a new line");
        if (value.front() == '[' && (c == ',' || c == '[' || is_quote(c)))
            fail_here("the list has ended before this: its values stand in one pair of [ and ]");
        if (c == ',') no_comma(at_.offset(), value, rest);
        if (c == ';') fail_here("a line does not end with ;");
        no_other_comment();
        if (value.front() == '"')
            fail_here("the string has ended before this: a quote inside it is written \\\"");
        if (value.front() == '\'')
            fail_here("the string has ended before this: one with ' inside has double quotes");
        fail_here("the value has ended before this: the next key begins on a new line");
    }

    // `rest` begins with it.
    [[noreturn]] void no_comma(size_t here, const std::string& value, std::string_view rest) {
        rest = rest.substr(std::min(rest.find_first_not_of(", \t"), rest.size()));
        if (rest.empty()) at_.fail(here, "a line does not end with a comma");
        if (begins_key(rest)) at_.fail(here, "the next key begins on a new line, without a comma");
        at_.fail(here, "several values are a list: write [" + value + ", " + shown(rest) + "]");
    }

    void list(const std::string& key, size_t depth) {
        const size_t begin = at_.offset();
        check_depth(depth, begin);
        at_.skip(1);
        for (at_.skip_lines(); !at_.take("]"); at_.skip_lines()) {
            list_goes_on(begin);
            if (at_.next() == ',') fail_here("a value is missing before this");
            value(key, depth, Place::list);
            at_.skip_lines();
            if (at_.take(",") || at_.next() == ']') continue;
            list_goes_on(begin);
            fail_here(at_.next() == ';' ? "write , instead of ;"
                                        : "a comma is missing before this");
        }
    }

    // What stands in no list shows that its end was forgotten.
    void list_goes_on(size_t begin) {
        const std::string_view line = at_.rest_of_line();
        if (at_.is_done() || begins_key(line) || is_header(line) || line.starts_with('}') ||
            line.starts_with(')'))
            at_.fail(begin,
                     "the list that begins here is never closed: write ] after its last value");
    }

    void braces(size_t depth) {
        const size_t begin = at_.offset();
        TomlNames inside;
        at_.skip(1);
        at_.skip_blanks();
        if (at_.take("}")) return;
        for (;;) {
            if (at_.next() == '}') fail_here("the comma before this } is one too many");
            braces_go_on(begin);
            key_and_value(inside, depth, Place::braces);
            at_.skip_blanks();
            braces_go_on(begin);
            if (at_.take("}")) return;
            if (at_.next() == ']' || at_.next() == ')') fail_here("a table in { ends with }");
            if (!at_.take(","))
                fail_here(at_.next() == ';' ? "write , instead of ;"
                                            : "a comma is missing before this");
            at_.skip_blanks();
        }
    }

    void braces_go_on(size_t begin) {
        if (at_.is_line_done() || at_.next() == '#')
            at_.fail(begin,
                     "the table that begins here does not end on its line: close it with }, or "
                     "give it lines of its own under a [NAME]");
    }

    // ---- what is wrong ----

    // Signs of other languages.
    void no_other_comment() {
        const std::string_view rest = at_.rest();
        if (rest.starts_with("//") || rest.starts_with("/*") || rest.starts_with(';'))
            fail_here("a comment begins with #");
    }

    void check_depth(size_t depth, size_t offset) {
        if (depth > deepest) at_.fail(offset, "this is nested too deeply");
    }

    [[noreturn]] void fail_here(std::string text) { at_.fail(at_.offset(), std::move(text)); }

    static constexpr const char* strange_blank =
        "this blank is not a plain space: replace it with one";
    TomlCursor at_;
    TomlNames root_{};
    TomlNames* table_ = &root_;
    size_t depth_ = 0;  // of table_
    size_t line_ = 0;   // where what is looked at begins
};

}  // namespace

std::optional<Fault> fault_in_toml(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    try {
        check_bytes(text);
        Walk(text).document();
        return std::nullopt;
    } catch (const Fault& fault) {
        return fault;
    }
}

}  // namespace hf::config
