// SPDX-License-Identifier: MIT
#include "program/standby.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>

#include "sys/children.h"
#include "sys/error.h"
#include "sys/fd.h"

namespace hf::program {

namespace {

void close_and_forget(int& fd) {
    if (fd >= 0) ::close(fd);
    fd = -1;
}

}  // namespace

bool Standby::ensure() {
    if (its_life_ >= 0) return true;
    std::array<int, 2> ours{-1, -1};
    std::array<int, 2> its{-1, -1};
    if (::pipe2(ours.data(), O_CLOEXEC) < 0) return false;
    if (::pipe2(its.data(), O_CLOEXEC) < 0) {
        for (int fd : ours) ::close(fd);
        return false;
    }
    close_and_forget(our_life_);
    watched_ = ours[0];
    our_life_ = ours[1];
    its_life_ = its[0];
    bool made = true;
    try {
        sys::fork_sibling(stand_by, this);
    } catch (const sys::Error&) {
        made = false;
    }
    close_and_forget(watched_);
    ::close(its[1]);
    if (!made) lost();
    return made;
}

void Standby::lost() {
    close_and_forget(its_life_);
}

// The write end of `its` pipe stays open in this process, whatever it does, until it ends.
int Standby::stand_by(void* self) {
    Standby& standby = *static_cast<Standby*>(self);
    close_and_forget(standby.our_life_);
    standby.lost();
    ::prctl(PR_SET_NAME, "label-standby");
    pollfd other{standby.watched_, 0, 0};
    sys::retry([&] { return ::poll(&other, 1, -1); });
    close_and_forget(standby.watched_);
    ::prctl(PR_SET_NAME, "holdfast-label");
    return standby.work_(standby.argument_);
}

}  // namespace hf::program
