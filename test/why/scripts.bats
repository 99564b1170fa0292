# SPDX-License-Identifier: MIT
# Run scripts of all kinds (see scripts/), and what `holdfast check` finds in each.
load why

@test "W320 each of the scripts is read as scripts/expected says" {
    needs_root
    [ "$(ls "$hf_root/test/why/scripts" | wc -l)" -gt 250 ]
    "$hf_root/test/why/machine" /tests/why/read_scripts /tests/why/scripts
}
