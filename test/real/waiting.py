# SPDX-License-Identifier: MIT
"""Waiting for what must come while an svscan runs."""

import time


def until(what, condition, svscan, wrong, patience, pause):
    """What the condition gives, once it gives something; asked again after each pause of so many
    seconds. `wrong` is raised if it does not within the patience, or svscan has ended."""
    end = time.monotonic() + patience
    while not (holds := condition()):
        if time.monotonic() > end:
            raise wrong(f"waited {patience:.0f} seconds until {what}")
        if svscan.poll() is not None:
            raise wrong(f"svscan ended with {svscan.returncode}")
        time.sleep(pause)
    return holds
