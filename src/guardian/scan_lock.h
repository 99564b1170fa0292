// SPDX-License-Identifier: MIT
// One svscan on a scan directory: two would fight over its services.
#pragma once

namespace hf::guardian {

// Takes the lock on the current directory, for as long as any copy of the descriptor is open that
// is put into `lock`: the guardian's, and that of its engine, which may outlive it for a moment.
// That moment is waited for. False if another svscan, a living one, has it.
//
// The lock is on a file that only its owner can open: one on the directory itself anybody could
// hold who may read it. Where no such file can be made, on a read-only file system for example,
// `lock` stays as it is: the locks of the services are then all that keeps two svscans apart.
bool lock_scan_directory(int& lock);

}  // namespace hf::guardian
