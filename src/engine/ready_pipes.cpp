// SPDX-License-Identifier: MIT
#include "engine/ready_pipes.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "sys/error.h"
#include "sys/process.h"
#include "sys/safe_open.h"

namespace hf::engine {

namespace {

// What stands in a pipe, and stays there: if the engine dies before it is written down, the next
// one finds it. None if there is nothing yet; empty if there is nothing, and nobody who could
// write.
std::optional<std::string> peek(int pipe) {
    constexpr size_t most = 4096;
    std::array<int, 2> copy{};
    if (::pipe2(copy.data(), O_CLOEXEC | O_NONBLOCK) < 0) return std::nullopt;
    const sys::Fd reader(copy[0]);
    const sys::Fd writer(copy[1]);
    const ssize_t size = ::tee(pipe, writer.get(), most, SPLICE_F_NONBLOCK);
    if (size < 0) return std::nullopt;
    std::string text(static_cast<size_t>(size), '\0');
    const ssize_t got = ::read(reader.get(), text.data(), text.size());
    text.resize(static_cast<size_t>(std::max<ssize_t>(got, 0)));
    return text;
}

}  // namespace

sys::Fd ReadyPipes::make(Dir dir, ServiceDir& service) {
    sys::Fd writer = service.make_ready();
    watch(dir, {service.open_ready(O_RDONLY), core::Pid::none});
    return writer;
}

void ReadyPipes::resume(Dir dir, ServiceDir& service, core::Pid pid) {
    try {
        watch(dir, {service.open_ready(O_RDONLY), pid});
    } catch (const sys::Error& error) {
        const bool is_gone =
            error.code() == ENOENT || error.code() == ENXIO || error.code() == sys::wrong_kind;
        if (!is_gone) throw;
    }
}

void ReadyPipes::watch(Dir dir, End end) {
    const auto number = static_cast<unsigned>(dir);
    ends_.erase(number);
    poller_.add(end.fd.get(), tag_ | number);
    ends_.emplace(number, std::move(end));
}

bool ReadyPipes::has_said(Dir dir) {
    auto place = ends_.find(static_cast<unsigned>(dir));
    if (place == ends_.end()) return false;
    const End& end = place->second;
    for (auto text = peek(end.fd.get()); text; text = peek(end.fd.get())) {
        const bool said = text->contains('\n');
        const bool was_heard = text->empty() && end.resumed != core::Pid::none;
        const bool is_ready =
            said || (was_heard && sys::may_be_alive(static_cast<pid_t>(end.resumed)));
        if (said || text->empty()) {
            ends_.erase(place);
            return is_ready;
        }
        (void)!::read(end.fd.get(), text->data(), text->size());  // no word, and in the way
    }
    return false;
}

}  // namespace hf::engine
