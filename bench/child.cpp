// SPDX-License-Identifier: MIT
// The service that is measured: appends one record, of when it started and who it is, to the file
// that BENCH_STAMPS names, and sleeps. Without a C library, so that it costs next to nothing
// itself. Compiled with CRASH it ends at once instead; with NOTHING it ends without even a stamp;
// with READY it says at descriptor 3 that it is ready, after the stamp.
#include <fcntl.h>
#include <sys/syscall.h>
#include <time.h>

#ifndef __x86_64__
#error "the system calls here are those of x86-64"
#endif

namespace {

struct Stamp {  // as harness/ground.py reads it
    long when;  // CLOCK_MONOTONIC, ns
    int pid;
    int parent;
    char name[32];  // the last part of the working directory
};

long call(long number, long a = 0, long b = 0, long c = 0) {
    long result;
    asm volatile("syscall"
                 : "=a"(result)
                 : "a"(number), "D"(a), "S"(b), "d"(c)
                 : "rcx", "r11", "memory");
    return result;
}

const char* value_of(const char* name, char** environment) {
    for (; *environment != nullptr; ++environment) {
        const char* at = *environment;
        const char* wanted = name;
        while (*wanted != '\0' && *at == *wanted) ++at, ++wanted;
        if (*wanted == '\0') return at;
    }
    return nullptr;
}

}  // namespace

extern "C" [[noreturn]] void begin(long* stack) {
#ifdef NOTHING
    call(SYS_exit_group, 0);
#endif
    timespec now;
    call(SYS_clock_gettime, CLOCK_MONOTONIC, reinterpret_cast<long>(&now));
    const char* stamps = value_of("BENCH_STAMPS=", reinterpret_cast<char**>(stack + stack[0] + 2));
    Stamp stamp{now.tv_sec * 1'000'000'000 + now.tv_nsec,
                static_cast<int>(call(SYS_getpid)),
                static_cast<int>(call(SYS_getppid)),
                {}};
    char path[4096];
    long size = call(SYS_getcwd, reinterpret_cast<long>(path), sizeof path);
    long at = size;
    while (at > 0 && path[at - 1] != '/') --at;
    for (int i = 0; i < 31 && at + i < size; ++i) stamp.name[i] = path[at + i];
    long file = call(SYS_open, reinterpret_cast<long>(stamps), O_WRONLY | O_APPEND);
    call(SYS_write, file, reinterpret_cast<long>(&stamp), sizeof stamp);
    call(SYS_close, file);
#ifdef READY
    call(SYS_write, 3, reinterpret_cast<long>("\n"), 1);
    call(SYS_close, 3);
#endif
#ifdef CRASH
    call(SYS_exit_group, 1);
#endif
    for (;;) call(SYS_pause);
}

asm(".globl _start\n_start:\n mov %rsp, %rdi\n and $-16, %rsp\n call begin\n");
