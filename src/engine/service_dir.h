// SPDX-License-Identifier: MIT
// One service directory on disk that is held: its lock, FIFOs and status file. The layout is
// daemontools'; doc/service-dir.md has every byte of it.
#pragma once

#include <span>
#include <string>

#include "engine/kernel.h"
#include "sys/fd.h"
#include "sys/lock.h"
#include "sys/spawn.h"

namespace hf::engine {

class ServiceDir {
  public:
    // Takes the directory `listed.name`, relative to the current one, if it still is that
    // directory, and says in `found` what stood there. An identity of zeros is any. Throws
    // sys::Error with daemontools' texts.
    ServiceDir(const core::Listed& listed, Claimed& found);

    // As people know it, and its absolute path.
    const std::string& name() const { return name_; }
    const std::string& path() const { return path_; }
    const core::Identity& identity() const { return identity_; }
    bool is_main() const { return is_main_; }  // it was looked for by its identity
    std::string log_path() const { return path_ + "/supervise/log"; }

    // The directory has another name, and may stand elsewhere.
    void rename(const core::Listed& listed);

    // Makes `control` and `ok` and opens them. From now on the service answers.
    void listen();
    int control() const { return control_.get(); }

    // The log FIFO: made if need be, and held open from both ends.
    void open_log();
    void close_log() { log_.reset(); }

    // In place, which needs no free space and no new inode: what readers could see of two states
    // at once does not bear the checksum.
    void write_status(std::span<const sys::Piece> pieces);

    // Throws unless the directory still stands where it was, or was moved and is found again.
    void verify();

  private:
    void resolve(int directory);
    bool stands_at(const std::string& path) const;
    bool follow();
    sys::Fd open_in_place(const std::string& status, bool& is_new) const;
    void make_supervise(int directory) const;
    void make_ok(int supervise, const core::Identity& control);
    [[noreturn]] void fail(const std::string& what, const char* file) const;

    std::string name_;
    std::string path_;
    core::Identity identity_;
    bool is_main_;
    sys::Lock lock_;
    sys::Fd control_;
    sys::Fd ok_;  // only where `ok` cannot be a second name of `control`
    sys::Fd log_;
};

}  // namespace hf::engine
