// SPDX-License-Identifier: MIT
#include "engine/held_list.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace hf::engine {

namespace {

std::optional<core::Listed> parse(std::string_view entry) {
    core::Listed result;
    const char* end = entry.data() + entry.size();
    auto device = std::from_chars(entry.data(), end, result.directory.device, 16);
    if (device.ec != std::errc{} || device.ptr == end) return std::nullopt;
    auto inode = std::from_chars(device.ptr + 1, end, result.directory.inode, 16);
    if (inode.ec != std::errc{} || inode.ptr == end) return std::nullopt;
    result.name = std::string(inode.ptr + 1, end);
    return result;
}

std::string hexadecimal(std::uint64_t number) {
    std::array<char, 16> digits;
    auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
    return {digits.data(), end};
}

}  // namespace

// A null first: the engine before may have died in the middle of its last entry.
HeldList::HeldList(sys::GuardPage* page, int memory) : page_(page), memory_(memory) {
    if (page_ == nullptr) return;
    begin_ = ::lseek(memory_, 0, SEEK_END);
    end_ = begin_ + (::pwrite(memory_, "", 1, begin_) == 1 ? 1 : 0);
}

std::vector<core::Listed> HeldList::left() const {
    std::vector<core::Listed> result;
    if (page_ == nullptr) return result;
    auto first = static_cast<off_t>(page_->held_at.load());
    if (first == 0) first = sys::guard_page_size;
    if (first > begin_) return result;
    std::string text(static_cast<size_t>(begin_ - first), '\0');
    if (::pread(memory_, text.data(), text.size(), first) < 0) return result;
    for (size_t at = 0; at < text.size();) {
        std::string_view entry(text.c_str() + at);
        at += entry.size() + 1;
        if (auto listed = parse(entry)) result.push_back(*listed);
    }
    return result;
}

void HeldList::publish() {
    if (page_ == nullptr) return;
    page_->held_at.store(static_cast<std::uint64_t>(begin_));
    off_t first = sys::guard_page_size;
    ::fallocate(memory_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, first, begin_ - first);
}

void HeldList::add(unsigned index, core::Identity directory, const std::string& path) {
    if (page_ == nullptr) return;
    remove(index);
    std::string entry = hexadecimal(directory.device) + " " + hexadecimal(directory.inode) + " ";
    entry.append(path).push_back('\0');
    if (places_.size() <= index) places_.resize(index + 1);
    if (::pwrite(memory_, entry.data(), entry.size(), end_) < 0) return;
    places_[index] = end_;
    end_ += static_cast<off_t>(entry.size());
}

void HeldList::remove(unsigned index) {
    if (index >= places_.size() || places_[index] == 0) return;
    (void)!::pwrite(memory_, "-", 1, places_[index]);
    places_[index] = 0;
}

}  // namespace hf::engine
