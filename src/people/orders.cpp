// SPDX-License-Identifier: MIT
#include "people/orders.h"

#include <unistd.h>

#include <cerrno>

#include "format/error_text.h"
#include "format/letters.h"
#include "people/look/words.h"
#include "sys/fd.h"
#include "tools/contact.h"

namespace hf::people {

std::string send_letters(const Awaited& service, const std::string& letters) {
    StartingDirectory start;
    if (::chdir(service.path.c_str()) < 0)
        return "unable to use " + service.path + ": " + std::string(format::error_text(errno));
    sys::Fd control = contact("supervise/control");
    int error = errno;
    std::string bytes = supervised_by_ours() ? format::announcement(giver()) + letters : letters;
    bool sent = control && order(control, bytes);
    if (control && !sent) error = errno;
    start.back();
    if (sent) return "";
    if (error == ENXIO || error == ENOENT)
        return "nobody supervises it; holdfast why " + shell_word(service.name) + " tells more";
    if (error == EACCES) return "you may not give it orders; as root you may (sudo)";
    return "unable to give it an order: " + std::string(format::error_text(error));
}

std::vector<Awaited> awaited(const std::string& folder, const std::vector<std::string>& names) {
    std::vector<Awaited> result;
    for (const std::string& name : names) result.push_back({name, path_for(folder, name)});
    return result;
}

std::optional<std::chrono::nanoseconds> patience_of(double seconds) {
    if (seconds < 0) return std::nullopt;
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::duration<double>(seconds));
}

}  // namespace hf::people
