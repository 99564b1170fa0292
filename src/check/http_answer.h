// SPDX-License-Identifier: MIT
// An answer in HTTP/1, taken apart as its bytes come, in pieces of any length and from anybody.
// Nothing but the status and a text in the body is of interest, so what does not matter for these
// may be as wrong as it likes. Keeps no more than a line of it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "check/text_search.h"

namespace hf::check {

// Of an answer, its headers included, no more is looked at.
inline constexpr size_t longest_answer = 64 * 1024;

class HttpAnswer {
  public:
    enum class Part {
        head,      // up to the empty line; and what is only the prelude of an answer (1xx)
        body,      // from here on there is a status
        complete,  // to its last byte
        garbled,   // a chunk of the body is none: what came of it before has been looked at
        foreign,   // no HTTP
    };

    // `text` is looked for in the body.
    explicit HttpAnswer(std::string text) : text_(std::move(text)) {}

    // Ignored when there is no room for it, or nothing is to come any more.
    void take(std::string_view bytes);

    // No more will come. A body whose length nobody has said is then complete.
    void close();

    Part part() const;
    bool has_begun() const { return room_ < longest_answer; }
    size_t room() const { return room_; }
    bool is_closed() const { return is_closed_; }
    int status() const { return status_; }
    const std::string& reason() const { return reason_; }
    bool has_text() const { return text_.found(); }

  private:
    enum class Step {
        status_line,
        header,
        all,  // of the body, up to the end of the connection
        counted,
        chunk_size,
        chunk,
        chunk_end,
        trailer,
        complete,
        garbled,
        foreign,
    };

    void take_line(std::string_view& bytes);
    void take_body(std::string_view& bytes);
    void end_line(std::string_view line);
    void begin(std::string_view status_line);
    void add_header(std::string_view line);
    void end_head();
    void begin_chunk(std::string_view line);

    Step step_ = Step::status_line;
    size_t room_ = longest_answer;
    bool is_closed_ = false;
    std::string line_;  // the beginning of the one that has not ended
    int status_ = 0;
    std::string reason_;
    bool is_chunked_ = false;
    std::optional<std::uint64_t> length_;
    std::uint64_t left_ = 0;  // of the body, or of its chunk
    TextSearch text_;
};

}  // namespace hf::check
