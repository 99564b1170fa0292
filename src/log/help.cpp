// SPDX-License-Identifier: MIT
#include "log/script.h"

namespace hf::log {

std::string_view script_help() {
    return R"(usage: multilog script
Reads lines from standard input and does with each what the script says, one action an argument.

First argument only:
  t            put a TAI64N label and a space before each line
  T            put the UTC time in ISO 8601 before each line             (ours; s6-log: T)
  j            make each line a JSON object with its time                (ours)
Choosing lines (all start selected):
  -PATTERN     deselect the line if the pattern matches
  +PATTERN     select the line if the pattern matches
  ~-RE  ~+RE   the same with a POSIX extended regular expression         (ours; s6-log: - +)
  mN  mN/S     let pass at most N lines a second, or in S seconds        (ours)
What to do with a selected line:
  e            print its first 200 bytes on standard error
  =FILE        make it the content of FILE, padded to 1001 bytes
  ./DIR /DIR   append it to a log directory
  y            copy it to syslog, /dev/log, RFC 5424                     (ours)
  uADDR:PORT   copy it to a UDP address                                  (ours; svlogd: u)
  cADDR:PORT   copy it to a TCP address                                  (ours)
For the log directories that follow:
  sN           rotate at N bytes: 4096 to 16777215, usually 99999
  nN           keep N files with the current one, usually 10
  !COMMAND     process each finished file with a shell command
  bN           as s, up to 2^63; k, m, g, t may follow                   (ours)
  SN           keep at most N bytes of finished files                    (ours; s6-log: S)
  kN           delete old files while less than N bytes of disk are free (ours)
  aN           rotate when the oldest line is N seconds old              (ours; svlogd: t)
  amidnight    rotate at local midnight                                  (ours)
  z  zN        compress finished files with zstd, at level N             (ours)
Any other argument is ignored. Signals: ALRM rotates, TERM stops at the end of a line.
)";
}

}  // namespace hf::log
