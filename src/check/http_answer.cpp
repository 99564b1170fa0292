// SPDX-License-Identifier: MIT
#include "check/http_answer.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "text/words.h"

namespace hf::check {

namespace {

// What is longer is cut: no status and no header that matters comes near it.
constexpr size_t longest_line = 1024;

constexpr std::string_view beginning = "HTTP/1.";

bool may_be_http(std::string_view line) {
    const size_t length = std::min(line.size(), beginning.size());
    return line.substr(0, length) == beginning.substr(0, length);
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
}

// The whole text as a number.
std::optional<std::uint64_t> number_in(std::string_view text, int base) {
    std::uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number, base);
    if (error != std::errc() || stop != end) return std::nullopt;
    return number;
}

bool is_prelude(int status) {
    return status < 200 && status != 101;
}

bool has_no_body(int status) {
    return status < 200 || status == 204 || status == 304;
}

}  // namespace

void HttpAnswer::take(std::string_view bytes) {
    bytes = bytes.substr(0, room_);
    room_ -= bytes.size();
    while (!bytes.empty()) {
        switch (step_) {
            case Step::status_line:
            case Step::header:
            case Step::chunk_size:
            case Step::chunk_end:
            case Step::trailer: take_line(bytes); break;
            case Step::all:
            case Step::counted:
            case Step::chunk: take_body(bytes); break;
            case Step::complete:
            case Step::garbled:
            case Step::foreign: return;
        }
    }
}

void HttpAnswer::close() {
    is_closed_ = true;
    if (step_ == Step::all) step_ = Step::complete;
}

HttpAnswer::Part HttpAnswer::part() const {
    switch (step_) {
        case Step::status_line:
        case Step::header: return Part::head;
        case Step::all:
        case Step::counted:
        case Step::chunk_size:
        case Step::chunk:
        case Step::chunk_end:
        case Step::trailer: return Part::body;
        case Step::complete: return Part::complete;
        case Step::garbled: return Part::garbled;
        case Step::foreign: break;
    }
    return Part::foreign;
}

void HttpAnswer::take_line(std::string_view& bytes) {
    const size_t newline = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, newline);
    line_ += piece.substr(0, longest_line - line_.size());
    bytes.remove_prefix(newline == bytes.npos ? bytes.size() : newline + 1);
    if (step_ == Step::status_line && !may_be_http(line_)) {
        step_ = Step::foreign;
    } else if (newline != bytes.npos) {
        const std::string line = std::exchange(line_, {});
        end_line(std::string_view(line).substr(0, line.size() - (line.ends_with('\r') ? 1 : 0)));
    }
}

void HttpAnswer::take_body(std::string_view& bytes) {
    const std::uint64_t most = step_ == Step::all ? bytes.size() : left_;
    const auto count = static_cast<size_t>(std::min<std::uint64_t>(most, bytes.size()));
    text_.take(bytes.substr(0, count));
    bytes.remove_prefix(count);
    if (step_ == Step::all) return;
    left_ -= count;
    if (left_ == 0) step_ = step_ == Step::chunk ? Step::chunk_end : Step::complete;
}

void HttpAnswer::end_line(std::string_view line) {
    if (step_ == Step::status_line) {
        begin(line);
    } else if (step_ == Step::header) {
        line.empty() ? end_head() : add_header(line);
    } else if (step_ == Step::chunk_size) {
        begin_chunk(line);
    } else if (step_ == Step::chunk_end) {
        step_ = line.empty() ? Step::chunk_size : Step::garbled;
    } else if (line.empty()) {
        step_ = Step::complete;
    }
}

// "HTTP/1.1 200 OK"; the reason, and the space before it, may be missing.
void HttpAnswer::begin(std::string_view line) {
    const std::string_view code = line.substr(std::min<size_t>(line.size(), 9), 3);
    const std::string_view rest = line.substr(std::min<size_t>(line.size(), 12));
    const auto number = number_in(code, 10);
    const bool has_version =
        line.size() >= 12 && line[7] >= '0' && line[7] <= '9' && line[8] == ' ';
    if (!has_version || !number || *number < 100 || !(rest.empty() || rest[0] == ' ')) {
        step_ = Step::foreign;
        return;
    }
    status_ = static_cast<int>(*number);
    reason_ = trimmed(rest);
    step_ = Step::header;
}

void HttpAnswer::add_header(std::string_view line) {
    const size_t colon = line.find(':');
    if (colon == line.npos) return;
    const std::string name = text::lower_case(line.substr(0, colon));
    const std::string value = text::lower_case(trimmed(line.substr(colon + 1)));
    if (name == "transfer-encoding") is_chunked_ = value.ends_with("chunked");
    if (name == "content-length") length_ = number_in(value, 10);
}

void HttpAnswer::end_head() {
    const bool is_chunked = std::exchange(is_chunked_, false);
    const auto length = std::exchange(length_, std::nullopt);
    if (is_prelude(status_)) {
        step_ = Step::status_line;
    } else if (has_no_body(status_) || (!is_chunked && length == 0)) {
        step_ = Step::complete;
    } else if (is_chunked) {
        step_ = Step::chunk_size;
    } else {
        step_ = length ? Step::counted : Step::all;
        left_ = length.value_or(0);
    }
}

// "1f; extension".
void HttpAnswer::begin_chunk(std::string_view line) {
    const auto size = number_in(trimmed(line.substr(0, line.find(';'))), 16);
    left_ = size.value_or(0);
    step_ = !size ? Step::garbled : left_ == 0 ? Step::trailer : Step::chunk;
}

}  // namespace hf::check
