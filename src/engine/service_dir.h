// SPDX-License-Identifier: MIT
// One service directory on disk that is held: its lock, FIFOs and status file. The layout is
// daemontools'; doc/service-dir.md has every byte of it.
//
// `supervise` may belong to the service's user: everything in it is opened by sys/safe_open.h.
#pragma once

#include <span>
#include <string>

#include "engine/kernel.h"
#include "format/seal.h"
#include "sys/fd.h"
#include "sys/lock.h"
#include "sys/spawn.h"

namespace hf::engine {

class ServiceDir {
  public:
    // Takes the directory `listed.name`, relative to the current one, if it still is that
    // directory, and says in `found` what stood there. An identity of zeros is any. A record counts
    // only if it is sealed with that key, or nobody else may write it. Throws sys::Error with
    // daemontools' texts.
    ServiceDir(const core::Listed& listed, const format::SealKey& key, Claim& found);

    // As people know it, and its absolute path.
    const std::string& name() const { return name_; }
    const std::string& path() const { return path_; }
    const core::Identity& identity() const { return identity_; }
    bool is_main() const { return is_main_; }  // it was looked for by its identity
    bool had_log() const { return had_log_; }  // when it was looked for

    // The directory has another name, and may stand elsewhere.
    void rename(const core::Listed& listed);

    // Makes `control` and `ok` and opens them. From now on the service answers.
    void listen();
    int control() const { return control_.get(); }

    // Where somebody has removed or exchanged `supervise`: takes the new one, and what was open in
    // the old one is opened there. True if it had to; control() is another one then.
    bool renew();

    // The log FIFO: made if need be, and held open from both ends.
    void open_log();
    void close_log() { log_.reset(); }
    // An end of it for a process, which waits as usual.
    sys::Fd open_log_end(int flags);

    // The FIFO by which a process says that it is ready. A new one takes the place of the old: the
    // end that the process gets. And the engine's.
    sys::Fd make_ready();
    sys::Fd open_ready(int flags);

    // What its process says of itself, or a check of it has found, for people, into one of the
    // files of format/said.h; empty: nothing. Best effort.
    void write_said(const char* file, const std::string& text) noexcept;

    // In place, which needs no free space and no new inode, since the file has all its blocks from
    // the beginning: what readers could see of two states at once does not bear the checksum.
    void write_status(std::span<const sys::Piece> pieces);
    // The file that it overwrites, for the child.
    sys::Fd open_status();

    // The directory (O_PATH). Throws unless it still stands where it was, or was moved and is found
    // again.
    sys::Fd open();

    // The directory `supervise` in it. Throws as open().
    sys::Fd open_supervise();

  private:
    void resolve(int directory);
    sys::Fd open_this(const std::string& path) const;
    sys::Fd follow();
    void take(const sys::Fd& supervise);
    void listen(const sys::Fd& supervise);
    void open_log(const sys::Fd& supervise);
    sys::Fd open_fifo(const sys::Fd& supervise, const char* file, const char* verb) const;
    void refuse_other_kind(const char* file) const;
    void make_ok(const sys::Fd& supervise);
    sys::Fd open_in_place(const sys::Fd& supervise, bool& is_new) const;
    sys::Fd make_fresh(const sys::Fd& supervise) const;
    void put_in_place(const sys::Fd& supervise) const;
    [[noreturn]] void fail(const std::string& what, const char* file) const;

    std::string name_;
    std::string path_;
    core::Identity identity_;
    bool is_main_;
    bool had_log_;
    core::Identity supervise_;  // the one that is taken
    sys::Lock lock_;
    sys::Fd control_;
    sys::Fd ok_;  // only where `ok` cannot be a second name of `control`
    sys::Fd log_;
};

}  // namespace hf::engine
