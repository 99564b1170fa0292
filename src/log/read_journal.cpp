// SPDX-License-Identifier: MIT
#include "log/read_journal.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string>

#include "sys/safe_open.h"

namespace hf::log {

namespace {

constexpr std::array<char, 8> magic{'m', 'l', 'o', 'g', ' ', 'j', '1', '\n'};

// Empty where the kernel does not say: then nothing is trusted across processes.
std::array<char, 40> boot_id() {
    std::array<char, 40> id{};
    const sys::Fd fd = sys::open("/proc/sys/kernel/random/boot_id", O_RDONLY);
    if (fd && ::read(fd.get(), id.data(), 36) != 36) id.fill(0);
    return id;
}

// A journal must not be what fills a small disk.
bool disk_is_roomy(int file, size_t size) {
    struct statvfs disk {};
    return ::fstatvfs(file, &disk) == 0 && disk.f_bavail * disk.f_frsize / 4 >= size;
}

uint64_t next_random(uint64_t& state) {  // splitmix64
    uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

}  // namespace

ReadJournal::ReadJournal() {
    map(-1);
    if (memory_ == nullptr) throw std::bad_alloc();
    header_.magic = magic;
    header_.boot = boot_id();
    if (::getrandom(&random_, sizeof random_, 0) != sizeof random_) random_ = 1;
}

ReadJournal::~ReadJournal() {
    ::munmap(memory_, mapped_size);
}

bool ReadJournal::map(int fd) {
    const int kind = fd >= 0 ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS;
    void* memory = ::mmap(nullptr, mapped_size, PROT_READ | PROT_WRITE, kind, fd, 0);
    if (memory == MAP_FAILED) return false;
    if (memory_ != nullptr) ::munmap(memory_, mapped_size);
    memory_ = static_cast<char*>(memory);
    return true;
}

bool ReadJournal::attach(int directory, bool create) {
    constexpr int flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK;
    const sys::Fd here(::openat(directory, ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (header_.boot[0] == '\0') return false;
    directory_ = directory;
    file_ = sys::open_own(here, "journal", flags);
    if (!file_) {
        if (!create || !disk_is_roomy(directory, usual_data_at + first_room)) return false;
        file_ = sys::open_own(here, "journal", flags | O_CREAT, 0600);
    }
    if (!file_) return false;
    if (!allocate(usual_data_at + first_room) || !map(file_.get())) {
        if (create) ::unlinkat(directory_, "journal", 0);
        give_up();
        return false;
    }
    unfinished_ = adopt();
    return true;
}

// What is allocated can be written however full the disk becomes. A journal found may be longer.
bool ReadJournal::allocate(size_t size) {
    struct stat status {};
    if (::posix_fallocate(file_.get(), 0, static_cast<off_t>(size)) != 0) return false;
    if (::fstat(file_.get(), &status) != 0 || status.st_size < static_cast<off_t>(size))
        return false;
    size_ = std::min(static_cast<size_t>(status.st_size), mapped_size);
    return true;
}

// Whether the header is from this boot and says that there is something to go through again.
bool ReadJournal::adopt() {
    Header found;
    std::memcpy(&found, memory_, sizeof found);
    if (found.magic != magic || found.boot != header_.boot) return false;
    if (found.data_at == 0) found.data_at = usual_data_at;
    if (found.held > most_held || found.data_at < held_at + found.held || found.data_at > size_ ||
        found.asked > size_ - found.data_at || found.cursor_count > most_cursors) {
        return false;
    }
    header_ = found;
    const size_t compared = std::min<size_t>(found.asked, found.nonce.size());
    const bool was_read = std::memcmp(memory_ + found.data_at, found.nonce.data(), compared) != 0;
    got_ = was_read ? found.asked : 0;
    return true;
}

void ReadJournal::set_cursors(std::span<const DirCursor> cursors) {
    header_.cursor_count = std::min(cursors.size(), most_cursors);
    std::copy_n(cursors.begin(), header_.cursor_count, header_.cursors.begin());
}

void ReadJournal::begin(std::string_view held, size_t most, const ReadState& state,
                        std::span<const DirCursor> cursors) {
    const size_t data_at = std::max(usual_data_at, held_at + held.size());
    if (file_ && data_at + most > size_ && size_ < mapped_size &&
        disk_is_roomy(file_.get(), mapped_size)) {
        allocate(data_at > usual_data_at ? mapped_size : usual_data_at + read_room);
    }
    header_.data_at = data_at;
    header_.held = static_cast<uint32_t>(held.size());
    header_.state = state;
    got_ = 0;
    if (file_ && data_at < size_) {
        header_.asked = static_cast<uint32_t>(std::min(most, room()));
        set_cursors(cursors);
        if (write_header(held)) return;
    }
    if (file_) {
        const std::string kept(held);  // it points into the mapping that goes
        remove();
        return begin(kept, most, state, cursors);
    }
    header_.asked = static_cast<uint32_t>(std::min(most, room()));
    std::memmove(memory_ + data_at - held.size(), held.data(), held.size());
}

// In one piece: a kill leaves the header of before, or this one with what belongs to it.
bool ReadJournal::write_header(std::string_view held) {
    for (size_t i = 0; i < 2; ++i) {
        const uint64_t part = next_random(random_);
        std::memcpy(header_.nonce.data() + 8 * i, &part, sizeof part);
    }
    page_.assign(reinterpret_cast<const char*>(&header_), sizeof header_);
    page_.resize(header_.data_at - held.size(), '\0');
    page_.append(held);
    page_.append(reinterpret_cast<const char*>(header_.nonce.data()), header_.nonce.size());
    const auto written = ::pwrite(file_.get(), page_.data(), page_.size(), 0);
    return written == static_cast<ssize_t>(page_.size());
}

void ReadJournal::update(std::span<const DirCursor> cursors) {
    if (!file_ || header_.cursor_count == 0) return;  // nothing was begun yet
    set_cursors(cursors);
    // A failure leaves the cursors of before, from which the same bytes follow again.
    if (::pwrite(file_.get(), &header_, sizeof header_, 0) < 0) return;
}

ssize_t ReadJournal::read(int fd) {
    char* data = memory_ + header_.data_at;
    const ssize_t got = sys::retry([&] { return ::read(fd, data, header_.asked); });
    if (got > 0) got_ = static_cast<size_t>(got);
    return got;
}

std::string_view ReadJournal::bytes() const {
    return {memory_ + header_.data_at - header_.held, header_.held + got_};
}

void ReadJournal::remove() {
    if (!file_) return;
    ::unlinkat(directory_, "journal", 0);
    give_up();
}

// The mapping goes, too: to touch it beyond the end of a small file is deadly.
void ReadJournal::give_up() {
    file_.reset();
    size_ = mapped_size;
    if (!map(-1)) throw std::bad_alloc();
}

}  // namespace hf::log
