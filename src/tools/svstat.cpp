// SPDX-License-Identifier: MIT
// svstat DIR...: says in one line for each DIR whether it runs, and for how long.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "control/control.h"
#include "control/reader.h"
#include "format/sentence.h"
#include "program/tool.h"
#include "sys/directory.h"
#include "sys/error.h"
#include "sys/fd.h"
#include "text/error_text.h"

namespace {

using namespace hf;
using namespace hf::program;
using namespace hf::control;

std::string unable(const char* what, int error = errno) {
    return std::string("unable to ") + what + ": " + std::string(text::error_text(error));
}

std::string status_text(const sys::Fd& directory, Control& control) {
    struct stat ignored {};
    bool normally_down = ::fstatat(directory.get(), "down", &ignored, 0) == 0;
    if (!normally_down && errno != ENOENT) return unable("stat down");

    bool answers = static_cast<bool>(control.open(directory, "ok"));
    int refusal = answers ? 0 : errno;
    if (refusal == ENXIO) return "supervise not running";
    std::string no_answer = unable("open supervise/ok");
    if (!answers && refusal != EACCES) return no_answer;

    Status status = read_status(directory);
    if (status.open_error != 0)
        return answers ? unable("open supervise/status", status.open_error) : no_answer;
    if (status.read_error != 0) return unable("read supervise/status", status.read_error);
    if (!status.classic) return "unable to read supervise/status: bad format";
    // Who may not write to `ok` may still read the status, if that says whether it is current.
    if (!answers && !status.record) return no_answer;
    if (!answers && !is_current(status)) return "supervise not running";
    const bool finishes = status.record && status.record->service.state == core::State::finishing;
    const bool ready = !status.record || core::is_ready(status.record->service);
    if (finishes) status.classic->pid = 0;  // its process has ended
    return format::sentence(*status.classic, age(status), normally_down, ready) +
           (finishes ? ", finishing" : "");
}

}  // namespace

int hf::program::run(const Args& args) {
    sys::Fd start = sys::open(".", O_RDONLY | O_DIRECTORY);
    if (!start) sys::fail("unable to open current directory");
    Control control;
    std::string output;
    for (const char* name : args) {
        sys::Fd directory = sys::open_searchable(start.get(), name);
        output.append(name).append(": ");
        output.append(directory ? status_text(directory, control) : unable("chdir")).append("\n");
    }
    sys::write_all(STDOUT_FILENO, output);
    return 0;
}
