#!/bin/sh
# SPDX-License-Identifier: MIT
# svscanboot [DIR]: starts svscan as init would: with a clean environment, and with what nobody
# logs shown in ps by readproctitle. DIR is /service where that exists, else /etc/service.
#
# Services that are running are left alone: svscan takes them over.

PATH=/command:/usr/local/bin:/usr/local/sbin:/bin:/sbin:/usr/bin:/usr/sbin:/usr/X11R6/bin
here=$(dirname "$(readlink -f "$0")")
found=$(command -v svscan)
if [ -x "$here/svscan" ] && [ "$(readlink -f "$found")" != "$here/svscan" ]; then
    PATH=$here:$PATH # our own before any other of that name
fi

if [ $# -gt 0 ]; then
    dir=$1
elif [ -d /service ]; then
    dir=/service
else
    dir=/etc/service
fi

dots=$(printf '%400s' '' | tr ' ' .)

exec </dev/null >/dev/null 2>&1

# readproctitle stays while any service has the pipe. Who waits for us must hear of svscan's end all
# the same, in order to start us again, and as of a failure: hence the KILL.
#
# A readproctitle that was killed is started again. The shell around it holds the pipe meanwhile, so
# that no service gets a SIGPIPE for what it prints.
{
    env - PATH="$PATH" svscan "$dir" 2>&1
    kill -KILL $$
} | until env - PATH="$PATH" readproctitle service errors: "$dots"; do
    [ $? -gt 128 ] || exec cat # there is none: what is printed is read all the same
    sleep 1
done
