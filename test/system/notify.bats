# SPDX-License-Identifier: MIT
# What svscan says to systemd, as a unit of Type=notify.
# shellcheck disable=SC2154 # variables of lib.bash
load lib

@test "systemd hears when the engine is ready, that it answers, and of the end" {
    HF_TEST_MARK=$hf_test/ python3 "$hf_root/test/real/notify.py" "$HF_BIN"
}
