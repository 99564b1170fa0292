// SPDX-License-Identifier: MIT
#include "inspect/status_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "format/status.h"
#include "sys/fd.h"
#include "sys/safe_open.h"

namespace hf::inspect {

namespace {

// The pause before the next try doubles each time: about a tenth of a second in all.
constexpr std::chrono::milliseconds first_pause(1);
constexpr std::chrono::milliseconds last_pause(64);

// Long enough for a record of ours, and none.
bool may_be_torn(const std::vector<std::byte>& bytes) {
    return bytes.size() >= format::shortest_record && !format::decode(bytes);
}

// False with errno set.
bool read_whole(const sys::Fd& file, std::vector<std::byte>& bytes) {
    bytes.resize(format::status_file_size);
    ssize_t size = sys::retry([&] { return ::pread(file.get(), bytes.data(), bytes.size(), 0); });
    bytes.resize(size > 0 ? static_cast<size_t>(size) : 0);
    return size >= 0;
}

}  // namespace

StatusFile read_status_file(const std::string& directory) {
    sys::Fd here = sys::open(directory.c_str(), O_PATH | O_DIRECTORY);
    if (here) return read_status_file(here);
    StatusFile result;
    result.open_error = errno;
    return result;
}

StatusFile read_status_file(const sys::Fd& directory) {
    StatusFile result;
    sys::Fd supervise = sys::open_directory(directory, "supervise");
    sys::Fd file =
        supervise ? sys::open_entry(supervise, "status", sys::Kind::file, O_RDONLY) : sys::Fd();
    if (!file) {
        (errno == EISDIR ? result.read_error : result.open_error) = errno;
        return result;
    }
    for (auto pause = first_pause;; pause *= 2) {
        if (!read_whole(file, result.bytes)) result.read_error = errno;
        if (!may_be_torn(result.bytes) || pause > last_pause) break;
        std::this_thread::sleep_for(pause);
    }
    return result;
}

}  // namespace hf::inspect
