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

// So many bytes that nobody needs are not worth a rewrite.
constexpr off_t slack = 4096;

std::string hexadecimal(std::uint64_t number) {
    std::array<char, 16> digits;
    auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
    return {digits.data(), end};
}

}  // namespace

// A null first: the engine before may have died in the middle of its last entry.
HeldList::HeldList(guard::SharedPage* page, int memory) : page_(page), memory_(memory) {
    if (page_ == nullptr) return;
    before_ = begin_ = ::lseek(memory_, 0, SEEK_END);
    end_ = begin_ + (::pwrite(memory_, "", 1, begin_) == 1 ? 1 : 0);
}

std::vector<core::Listed> HeldList::left() const {
    std::vector<core::Listed> result;
    if (page_ == nullptr) return result;
    auto first = static_cast<off_t>(page_->held_at.load());
    if (first == 0) first = guard::page_size;
    if (first > before_) return result;
    std::string text = read(first, before_ - first);
    for (size_t at = 0; at < text.size();) {
        std::string_view entry(text.c_str() + at);
        at += entry.size() + 1;
        if (auto listed = parse(entry)) result.push_back(*listed);
    }
    return result;
}

void HeldList::publish() {
    if (page_ == nullptr) return;
    is_published_ = true;
    page_->held_at.store(static_cast<std::uint64_t>(begin_));
    forget(guard::page_size, begin_);
}

void HeldList::add(unsigned index, core::Identity directory, const std::string& path) {
    if (page_ == nullptr) return;
    remove(index);
    std::string entry = hexadecimal(directory.device) + " " + hexadecimal(directory.inode) + " ";
    entry.append(path).push_back('\0');
    if (slots_.size() <= index) slots_.resize(index + 1);
    append(slots_[index], entry);
    if (end_ - begin_ > 2 * living_ + slack) rewrite();
}

void HeldList::remove(unsigned index) {
    if (index >= slots_.size() || slots_[index].size == 0) return;
    (void)!::pwrite(memory_, "-", 1, slots_[index].at);
    living_ -= slots_[index].size;
    slots_[index] = {};
}

void HeldList::append(Slot& slot, const std::string& entry) {
    const auto size = static_cast<off_t>(entry.size());
    if (::pwrite(memory_, entry.data(), entry.size(), end_) != size) return;
    slot = {end_, size};
    living_ += size;
    end_ += size;
}

// A copy of what lives is behind the list before it counts: whenever this process dies, one of the
// two is whole.
void HeldList::rewrite() {
    const off_t old = begin_;
    begin_ = end_;
    living_ = 0;
    for (Slot& slot : slots_) {
        if (slot.size != 0) append(slot, read(slot.at, slot.size));
    }
    if (is_published_) page_->held_at.store(static_cast<std::uint64_t>(begin_));
    // From the beginning of the file: only whole pages are given back.
    forget(is_published_ ? static_cast<off_t>(guard::page_size) : old, begin_);
}

std::string HeldList::read(off_t at, off_t size) const {
    std::string text(static_cast<size_t>(size), '\0');
    if (::pread(memory_, text.data(), text.size(), at) < 0) text.clear();
    return text;
}

// The file keeps its size, and gives its memory back.
void HeldList::forget(off_t from, off_t to) const {
    ::fallocate(memory_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, from, to - from);
}

}  // namespace hf::engine
