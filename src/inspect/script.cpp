// SPDX-License-Identifier: MIT
#include "inspect/script.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace hf::inspect {

namespace {

bool is_name_char(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_name(std::string_view text) {
    return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0 &&
           std::all_of(text.begin(), text.end(), is_name_char);
}

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

template <size_t size>
bool is_one_of(std::string_view word, const std::array<std::string_view, size>& list) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

constexpr std::array<std::string_view, 7> openers{"if", "while", "until", "for", "case", "{", "("};
constexpr std::array<std::string_view, 5> closers{"fi", "done", "esac", "}", ")"};
constexpr std::array<std::string_view, 6> between{"then", "else", "elif", "do", "!", "in"};

class Reader {
  public:
    Reader(std::string_view text, Script& script) : text_(text), script_(script) {}

    void read() {
        while (at_ < text_.size()) token();
        end_command();
    }

  private:
    char peek(size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    void token() {
        char c = peek();
        if (c == '\n') {
            end_command();
            ++line_;
            ++at_;
            skip_documents();
        } else if (c == ' ' || c == '\t' || c == '\r') {
            bool ends_line = c == '\r' && (peek(1) == '\n' || at_ + 1 == text_.size());
            if (ends_line && script_.crlf_line == 0) script_.crlf_line = line_;
            ++at_;
        } else if (c == '\\' && peek(1) == '\n') {
            ++line_;
            at_ += 2;
        } else if (c == '#') {
            while (at_ < text_.size() && peek() != '\n') ++at_;
        } else if (std::string_view(";&|()<>").find(c) != std::string_view::npos) {
            operation(c);
        } else {
            word();
        }
    }

    void operation(char c) {
        if (c == '&' && peek(1) == '>') ++at_, c = '>';
        if (c == '<' || c == '>') return redirection();
        bool twice = peek(1) == c;
        at_ += twice ? 2 : 1;
        if (c == '(') open_bracket();
        if (c == '&' && !twice) command_.background = true;
        if (c == '|' && !twice) command_.piped = true;
        end_command();
        if (c == ')') close();
        if (c == '|' && !twice) command_.piped = true;
        if (twice && (c == '&' || c == '|')) command_.conditional = true;
    }

    // `name()` begins a function.
    void open_bracket() {
        if (fields_.size() == 1 && peek() == ')') script_.functions.insert(fields_[0].text);
        ++depth_;
    }

    void close() {
        depth_ = std::max(0, depth_ - 1);
        after_group_ = true;
    }

    // `{ ...; } &`
    void put_group_into_background() {
        Command& last = script_.commands.back();
        last.background = true;
        last.conditional = depth_ > 0;
    }

    void redirection() {
        size_t start = at_;
        while (std::string_view("<>&|-").find(peek()) != std::string_view::npos && peek() != '\0')
            ++at_;
        std::string_view sign = text_.substr(start, at_ - start);
        if (sign.ends_with("&-")) return;
        while (peek() == ' ') ++at_;
        auto kept = std::move(fields_);
        fields_.clear();
        if (std::string_view(";&|()<>\n").find(peek()) == std::string_view::npos) word();
        auto target = std::move(fields_);
        fields_ = std::move(kept);
        if (target.empty()) return;
        bool is_file = sign == ">" || sign == ">>" || sign == ">|" ||
                       (sign == ">&" && !is_number(target[0].text));
        if (is_file) command_.outputs.push_back(target[0]);
        if (sign == "<<" || sign == "<<-") documents_.push_back({target[0].text, sign == "<<-"});
    }

    // The text that follows a line with `<<END`, up to the line END.
    void skip_documents() {
        for (const Document& each : documents_) {
            for (bool ended = false; !ended && at_ < text_.size(); ++line_) {
                size_t end = std::min(text_.find('\n', at_), text_.size());
                std::string_view line = text_.substr(at_, end - at_);
                at_ = std::min(end + 1, text_.size());
                if (each.indented)
                    line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
                ended = line == each.end;
            }
        }
        documents_.clear();
    }

    void word() {
        current_ = {};
        started_ = false;
        while (at_ < text_.size()) {
            char c = peek();
            if (std::string_view(" \t\r\n;&|()<>").find(c) != std::string_view::npos) break;
            piece(c);
        }
        // `2>` is a descriptor's number, no word.
        if ((peek() == '>' || peek() == '<') && is_number(current_.text)) return;
        finish_field();
    }

    void piece(char c) {
        if (c == '\'') {
            size_t end = text_.find('\'', at_ + 1);
            if (end == std::string_view::npos) end = text_.size();
            append(text_.substr(at_ + 1, end - at_ - 1));
            at_ = std::min(end + 1, text_.size());
        } else if (c == '"') {
            ++at_;
            started_ = true;
            while (at_ < text_.size() && peek() != '"') quoted_piece();
            ++at_;
        } else if (c == '$' || c == '`') {
            expansion(true);
        } else if (c == '\\' && at_ + 1 < text_.size()) {
            if (peek(1) != '\n') append(text_.substr(at_ + 1, 1));
            if (peek(1) == '\n') ++line_;
            at_ += 2;
        } else {
            append(text_.substr(at_, 1));
            if (c == '*' || c == '?' || c == '[' || (c == '~' && current_.text == "~"))
                current_.known = false;
            ++at_;
        }
    }

    void quoted_piece() {
        char c = peek();
        if (c == '$' || c == '`') return expansion(false);
        if (c == '\\' && std::string_view("\"\\$`").find(peek(1)) != std::string_view::npos) ++at_;
        if (peek() == '\n') ++line_;
        append(text_.substr(at_, 1));
        ++at_;
    }

    void append(std::string_view piece) {
        for (char c : piece) line_ += c == '\n' && piece.size() > 1 ? 1 : 0;
        current_.text.append(piece);
        started_ = true;
    }

    void expansion(bool split) {
        size_t start = at_++;
        if (text_[start] == '`') return skip_to('`');
        if (peek() == '(') return skip_brackets();
        bool braces = peek() == '{';
        if (braces) ++at_;
        size_t name_at = at_;
        while (is_name_char(peek())) ++at_;
        std::string name(text_.substr(name_at, at_ - name_at));
        std::string fallback;
        bool plain = true;
        if (braces) {
            if (peek() == ':' && (peek(1) == '-' || peek(1) == '=')) {
                bool keeps = peek(1) == '=';
                size_t end = std::min(text_.find('}', at_), text_.size());
                fallback = text_.substr(at_ + 2, end - at_ - 2);
                plain = fallback.find('$') == std::string::npos;
                at_ = end;
                if (keeps && plain) script_.variables.try_emplace(name, Word{fallback});
            } else if (peek() != '}') {
                plain = false;
                at_ = std::min(text_.find('}', at_), text_.size());
            }
            ++at_;
        }
        auto known = script_.variables.find(name);
        if (!plain || name.empty()) return unknown();
        if (known == script_.variables.end() && fallback.empty()) return unknown();
        insert(known == script_.variables.end() ? Word{fallback} : known->second, split);
    }

    void insert(const Word& value, bool split) {
        if (!value.known) current_.known = false;
        if (!split) return append(value.text);
        for (char c : value.text) {
            if (c == ' ' || c == '\t' || c == '\n')
                finish_field();
            else
                append(std::string_view(&c, 1));
        }
    }

    void unknown() {
        current_.known = false;
        started_ = true;
    }

    void skip_to(char end) {
        at_ = std::min(text_.find(end, at_), text_.size());
        ++at_;
        unknown();
    }

    void skip_brackets() {
        int open = 0;
        do {
            if (peek() == '(') ++open;
            if (peek() == ')') --open;
            if (peek() == '\n') ++line_;
            ++at_;
        } while (open > 0 && at_ < text_.size());
        unknown();
    }

    void finish_field() {
        if (started_) fields_.push_back(std::move(current_));
        current_ = {};
        started_ = false;
        if (fields_.size() == 1) command_.line = line_;
    }

    // `NAME=value` in front, or after export. Returns whether it was one.
    bool assign(const Word& word) {
        size_t equals = word.text.find('=');
        if (equals == std::string::npos || !is_name(word.text.substr(0, equals))) return false;
        bool sure = word.known && depth_ == 0;
        script_.variables[word.text.substr(0, equals)] = {word.text.substr(equals + 1), sure};
        return true;
    }

    void end_command() {
        size_t first = 0;
        while (first < fields_.size() && structure(fields_[first].text)) ++first;
        while (first < fields_.size() && assign(fields_[first])) ++first;
        fields_.erase(fields_.begin(), fields_.begin() + static_cast<std::ptrdiff_t>(first));
        command_.conditional = command_.conditional || depth_ > 0;
        bool is_group = after_group_ && fields_.empty() && !script_.commands.empty();
        if (is_group && command_.background) put_group_into_background();
        if (!fields_.empty()) after_group_ = false;
        if (!fields_.empty() || !command_.outputs.empty()) add_command();
        fields_.clear();
        command_ = {};
    }

    bool structure(std::string_view word) {
        if (is_one_of(word, openers)) return ++depth_, true;
        if (is_one_of(word, closers)) return close(), true;
        return is_one_of(word, between);
    }

    void add_command() {
        std::string verb = fields_.empty() ? ":" : fields_[0].text;
        if (verb == "export" || verb == "readonly" || verb == "local") {
            for (const Word& each : fields_) assign(each);
            return;
        }
        if (verb == "exec") {
            command_.exec = true;
            fields_.erase(fields_.begin());
            skip_options_of_exec();
            while (!fields_.empty() && assign(fields_[0])) fields_.erase(fields_.begin());
            if (fields_.empty() && !command_.outputs.empty()) script_.output = command_.outputs[0];
            if (fields_.empty()) return;
        }
        if (fields_.empty()) fields_.push_back({verb});
        command_.words = std::move(fields_);
        script_.commands.push_back(std::move(command_));
    }

    // exec [-cl] [-a NAME], as bash has it.
    void skip_options_of_exec() {
        while (!fields_.empty() && fields_[0].text.starts_with('-')) {
            bool names = fields_[0].text.ends_with('a') && fields_.size() > 1;
            fields_.erase(fields_.begin(), fields_.begin() + (names ? 2 : 1));
        }
    }

    struct Document {
        std::string end;
        bool indented;
    };

    std::string_view text_;
    Script& script_;
    size_t at_ = 0;
    int line_ = 1;
    int depth_ = 0;
    bool after_group_ = false;
    Word current_;
    bool started_ = false;
    std::vector<Word> fields_;
    std::vector<Document> documents_;
    Command command_;
};

std::string_view base(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

void read_first_line(std::string_view line, Script& script) {
    size_t at = line.find_first_not_of(" \t", 2);
    while (at < line.size()) {
        size_t end = std::min(line.find_first_of(" \t\r", at), line.size());
        std::string word(line.substr(at, end - at));
        if (script.interpreter.empty())
            script.interpreter = std::move(word);
        else
            script.options.push_back(std::move(word));
        at = std::min(line.find_first_not_of(" \t\r", end), line.size());
    }
}

}  // namespace

Script parse_script(std::string_view text, std::map<std::string, Word> inherited) {
    constexpr std::array<std::string_view, 6> shells{"sh", "bash", "dash", "ksh", "zsh", "ash"};
    Script script;
    script.variables = std::move(inherited);
    if (text.starts_with("#!")) read_first_line(text.substr(0, text.find('\n')), script);
    std::string_view name = base(script.interpreter);
    std::string sought = sought_by_env(script);
    if (!sought.empty()) name = base(sought);
    script.is_shell = is_one_of(name, shells);
    if (script.is_shell) Reader(text, script).read();
    return script;
}

std::string sought_by_env(const Script& script) {
    if (base(script.interpreter) != "env") return "";
    std::string all;
    for (const std::string& each : script.options) {
        bool is_none = each.starts_with('-') || each.find('=') != std::string::npos;
        if (script.options[0] != "-S")
            all += (all.empty() ? "" : " ") + each;
        else if (!is_none)
            return each;
    }
    return all;
}

std::string setting(const Script& script, const std::string& name) {
    auto found = script.variables.find(name);
    return found != script.variables.end() && found->second.known ? found->second.text : "";
}

}  // namespace hf::inspect
