#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""records.py COUNT DIR...: what an upgrade must keep of these service directories: of each record the
fields that every version has and must have as they were, and the last COUNT events of its history. Read as
doc/service-dir.md has it, and not by the code that is tested."""

import struct
import sys

FIRST_HISTORY = 128, 124


def fnv1a(data):
    result = 2166136261
    for byte in data:
        result = (result ^ byte) * 16777619 & 0xffffffff
    return result


def history_area(status):
    is_first_form = status[19] >= ord(" ")
    return FIRST_HISTORY if is_first_form else struct.unpack_from("<HH", status, 106)


def show(directory, count):
    with open(f"{directory}/supervise/status", "rb") as file:
        status = file.read().ljust(4096, b"\0")
    size, checksum = struct.unpack_from("<H2xI", status, 20)
    if fnv1a(status[:24] + status[28:size]) != checksum:
        sys.exit(f"{directory}: the record is torn")
    last_event, = struct.unpack_from("<I", status, 100)
    print(directory, "record", last_event, status[:18].hex(), status[22],
          status[28:32].hex(), status[40:100].hex())
    at, slots = history_area(status)
    events = {}
    for slot in range(slots):
        event = status[at + 32 * slot:at + 32 * (slot + 1)]
        number, = struct.unpack_from("<I", event)
        if number and (number - 1) % slots == slot and fnv1a(event[:28]).to_bytes(4, "little") == event[28:]:
            events[number] = event
    for number in sorted(events)[-count:]:
        print(directory, "event", number, events[number].hex())


for each in sys.argv[2:]:
    show(each, int(sys.argv[1]))
