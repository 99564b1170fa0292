// SPDX-License-Identifier: MIT
#include "control/commands.h"

#include <fcntl.h>

#include <cerrno>

#include "control/reader.h"
#include "control/service.h"
#include "format/letters.h"
#include "sys/directory.h"
#include "sys/fd.h"
#include "text/error_text.h"
#include "text/words.h"

namespace hf::control {

using namespace text;

std::string send_letters(Control& control, const WatchedService& service,
                         const std::string& letters) {
    sys::Fd directory = sys::open_searchable(AT_FDCWD, service.path.c_str());
    if (!directory)
        return "unable to use " + service.path + ": " + std::string(text::error_text(errno));
    sys::Fd pipe = control.open(directory, "control");
    int error = errno;
    bool ours = is_current(read_status(directory));
    std::string bytes = ours ? format::sender_prefix(caller()) + letters : letters;
    bool sent = pipe && control.send(pipe, bytes, ours);
    if (pipe && !sent) error = errno;
    if (sent) return "";
    if (error == ENXIO || error == ENOENT) return "not supervised; " + advice_why(service.name);
    if (error == EACCES) return "you may not control it; try it as root (sudo)";
    return "unable to control it: " + std::string(text::error_text(error));
}

std::vector<WatchedService> watched(const std::string& scan_dir,
                                    const std::vector<std::string>& names) {
    std::vector<WatchedService> result;
    for (const std::string& name : names) result.push_back({name, path_for(scan_dir, name)});
    return result;
}

}  // namespace hf::control
