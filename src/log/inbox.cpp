// SPDX-License-Identifier: MIT
#include "log/inbox.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string>

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

Inbox::Inbox() {
    map(-1);
    if (memory_ == nullptr) throw std::bad_alloc();
    header_.magic = magic;
    header_.boot = boot_id();
    if (::getrandom(&random_, sizeof random_, 0) != sizeof random_) random_ = 1;
}

Inbox::~Inbox() {
    ::munmap(memory_, mapped_size);
}

bool Inbox::map(int fd) {
    const int kind = fd >= 0 ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS;
    void* memory = ::mmap(nullptr, mapped_size, PROT_READ | PROT_WRITE, kind, fd, 0);
    if (memory == MAP_FAILED) return false;
    if (memory_ != nullptr) ::munmap(memory_, mapped_size);
    memory_ = static_cast<char*>(memory);
    return true;
}

bool Inbox::attach(int directory, bool create) {
    constexpr int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;
    if (header_.boot[0] == '\0') return false;
    file_ = sys::Fd(::openat(directory, "journal", flags));
    if (!file_) {
        if (!create || !disk_is_roomy(directory, data_at + first_room)) return false;
        file_ = sys::Fd(::openat(directory, "journal", flags | O_CREAT, 0600));
    }
    directory_ = directory;
    if (!file_) return false;
    if (!allocate(first_room) || !map(file_.get())) {
        file_.reset();
        if (create) ::unlinkat(directory_, "journal", 0);
        return false;
    }
    unfinished_ = adopt();
    return true;
}

// What is allocated can be written however full the disk becomes. A journal found may be longer.
bool Inbox::allocate(size_t room) {
    struct stat status {};
    const auto size = static_cast<off_t>(data_at + room);
    if (::posix_fallocate(file_.get(), 0, size) != 0) return false;
    if (::fstat(file_.get(), &status) != 0 || status.st_size < size) return false;
    room_ = std::min(static_cast<size_t>(status.st_size) - data_at, inbox_room);
    return true;
}

// Whether the header is from this boot and says that there is something to go through again.
bool Inbox::adopt() {
    Header found;
    std::memcpy(&found, memory_, sizeof found);
    if (found.magic != magic || found.boot != header_.boot) return false;
    if (found.held > most_held || found.asked > room_ || found.place_count > most_places) {
        return false;
    }
    header_ = found;
    const size_t compared = std::min<size_t>(found.asked, found.nonce.size());
    const bool was_read = std::memcmp(memory_ + data_at, found.nonce.data(), compared) != 0;
    got_ = was_read ? found.asked : 0;
    return true;
}

void Inbox::set_places(std::span<const Place> places) {
    header_.place_count = std::min(places.size(), most_places);
    std::copy_n(places.begin(), header_.place_count, header_.places.begin());
}

void Inbox::begin(std::string_view held, size_t most, const ReadState& state,
                  std::span<const Place> places) {
    if (file_ && most > room_ && room_ < inbox_room && disk_is_roomy(file_.get(), inbox_room)) {
        allocate(inbox_room);
    }
    header_.held = static_cast<uint32_t>(held.size());
    header_.asked = static_cast<uint32_t>(std::min(most, room_));
    header_.state = state;
    got_ = 0;
    if (!file_) {
        std::memmove(memory_ + data_at - held.size(), held.data(), held.size());
        return;
    }
    set_places(places);
    for (size_t i = 0; i < 2; ++i) {
        const uint64_t part = next_random(random_);
        std::memcpy(header_.nonce.data() + 8 * i, &part, sizeof part);
    }
    std::array<char, data_at + sizeof(header_.nonce)> page;
    std::memcpy(page.data(), &header_, sizeof header_);
    std::memset(page.data() + sizeof header_, 0, data_at - held.size() - sizeof header_);
    std::memcpy(page.data() + data_at - held.size(), held.data(), held.size());
    std::memcpy(page.data() + data_at, header_.nonce.data(), header_.nonce.size());
    const auto written = ::pwrite(file_.get(), page.data(), page.size(), 0);
    if (written == static_cast<ssize_t>(page.size())) return;
    const std::string kept(held);  // it points into the mapping that goes
    remove();
    room_ = inbox_room;
    if (!map(-1)) throw std::bad_alloc();
    begin(kept, most, state, places);
}

void Inbox::update(std::span<const Place> places) {
    if (!file_ || header_.place_count == 0) return;  // nothing was begun yet
    set_places(places);
    // A failure leaves the places of before, from which the same bytes follow again.
    if (::pwrite(file_.get(), &header_, sizeof header_, 0) < 0) return;
}

ssize_t Inbox::read(int fd) {
    const ssize_t got = sys::retry([&] { return ::read(fd, memory_ + data_at, header_.asked); });
    if (got > 0) got_ = static_cast<size_t>(got);
    return got;
}

std::string_view Inbox::bytes() const {
    return {memory_ + data_at - header_.held, header_.held + got_};
}

void Inbox::remove() {
    if (!file_) return;
    ::unlinkat(directory_, "journal", 0);
    file_.reset();
}

}  // namespace hf::log
