// SPDX-License-Identifier: MIT
// The main() of every command: the only place where an error becomes a message and an exit code.
#include <new>

#include "format/error_text.h"
#include "sys/error.h"
#include "sys/fd.h"
#include "tools/tool.h"

namespace hf {

namespace {

constexpr std::string_view program = HF_PROGRAM;

void say(std::string_view kind, std::string_view text) {
    std::string line(program);
    line.append(": ").append(kind).append(text).append("\n");
    sys::write_all(STDERR_FILENO, line);
}

}  // namespace

void warn(std::string_view text) {
    say("warning: ", text);
}

void warn(std::string_view text, int code) {
    warn(std::string(text) + ": " + std::string(format::error_text(code)));
}

}  // namespace hf

int main(int argc, char** argv) {
    using namespace hf;
    try {
        return run(Args(argv + (argc > 0), argv + argc));
    } catch (const Usage& usage) {
        sys::write_all(STDERR_FILENO, usage.line + "\n");
        return usage.code;
    } catch (const Fatal& fatal) {
        say("fatal: ", fatal.text);
    } catch (const sys::Error& error) {
        say("fatal: ", error.text() + ": " + std::string(format::error_text(error.code())));
    } catch (const std::bad_alloc&) {
        say("fatal: ", "out of memory");
    }
    return 111;
}
