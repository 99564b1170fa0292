// SPDX-License-Identifier: MIT
// Where one log file ends and the next begins. Pure: decides over sizes and bytes, writes nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hf::log {

// A file is full enough at a line end within this distance of its size.
constexpr uint64_t tolerance = 2000;

// What to do with the next bytes of the stream.
struct Cut {
    bool rotate_first = false;  // the file has its full size already: write nothing to it
    size_t length = 0;          // so many bytes go to the file as it is
    bool rotate_after = false;  // and then it is finished
};

// A file of `written` bytes and the size limit `size` is offered `bytes`. It ends after the first
// newline that comes no earlier than `tolerance` before `size`; if the limit comes before such a
// newline, exactly there, within the line. The result does not depend on how the stream is cut
// into calls, so that the same lines always give the same files.
Cut cut(uint64_t written, uint64_t size, std::string_view bytes);

// The same where a line is a record that no file may have a part of. A file ends before a record
// that does not fit any more, as far as that can be seen: of one that does not end in `bytes`, all
// that counts is what is there. So a file is larger than `size` only where a record is that begins
// it, or is longer than the logger waits for. `in_record`: the file ends within one.
Cut cut_at_records(uint64_t written, uint64_t size, bool in_record, std::string_view bytes);

}  // namespace hf::log
