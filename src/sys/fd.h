// SPDX-License-Identifier: MIT
// Ownership of file descriptors. Every descriptor made here is close-on-exec.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

namespace hf::sys {

// Owns one descriptor and closes it. Move-only.
class Fd {
  public:
    Fd() = default;
    explicit Fd(int number) : number_(number) {}
    Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd() {
        if (number_ >= 0) ::close(number_);
    }

    explicit operator bool() const { return number_ >= 0; }
    int get() const { return number_; }
    int release() { return std::exchange(number_, -1); }
    void reset() { *this = Fd(); }

  private:
    int number_ = -1;
};

// Calls again while a signal interrupts: the only place that knows EINTR.
template <typename Call>
auto retry(Call call) {
    auto result = call();
    while (result == -1 && errno == EINTR) result = call();
    return result;
}

// open(2) with O_CLOEXEC. On failure the Fd is empty and errno is set: callers differ in what
// they say, so they say it.
Fd open(const char* path, int flags, unsigned mode = 0);
Fd open_at(const Fd& directory, const char* path, int flags, unsigned mode = 0);

// Lets the next program have the descriptor too, and gives up ownership: it stays open for good.
// Throws "unable to pass on a descriptor".
void pass_on(Fd fd);

// Writes all of `bytes`, blocking. False with errno set on failure.
bool write_all(int fd, std::string_view bytes);

// Reads to end of file. False with errno set on failure; `bytes` then holds what came before.
bool read_all(int fd, std::string& bytes);

}  // namespace hf::sys
