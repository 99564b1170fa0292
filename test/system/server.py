#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""server.py ADDRESS HOW [TEXT]: a server that behaves as HOW says.

ADDRESS is "127.0.0.1", "::1", a path or "@NAME". When it listens, it writes to the file `address` what
to connect to: at ::1 a port that nobody has at 127.0.0.1. To the file `seen` go lines of what happens to it.

  silent     accepts, and says nothing
  bound      does not even listen: nobody else can have the address
  deaf       never accepts; has room for one connection that waits
  say        sends TEXT, with \\n, \\r and \\x1b in it, and closes
  keep       the same, and does not close
  reset      sends TEXT, and resets the connection
  drip       sends TEXT byte by byte
  gate       sends TEXT when somebody writes to the FIFO `gate`
  endless    sends TEXT for ever, until the connection is closed
"""
import errno
import os
import socket
import struct
import sys
import threading

address, how = sys.argv[1:3]
text = sys.argv[3].encode().decode("unicode_escape").encode("latin1") if len(sys.argv) > 3 else b""

holders = []  # of addresses


def listen():
    family = socket.AF_UNIX
    if address[0] not in "/@":
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
    server = socket.socket(family, socket.SOCK_STREAM)
    holders.append(server)
    if family == socket.AF_UNIX:
        server.bind(address.replace("@", "\0", 1))
        if address[0] == "/":
            os.chmod(address, 0o777)
        name = address
    else:
        server.bind((address, 0))
        if family == socket.AF_INET6:
            holders.append(socket.socket())
            holders[-1].bind(("127.0.0.1", server.getsockname()[1]))
        name = ("[%s]:%d" if ":" in address else "%s:%d") % server.getsockname()[:2]
    if how != "bound":
        server.listen(0 if how == "deaf" else 4096)
    with open("address.new", "w") as file:
        file.write(name)
    os.rename("address.new", "address")
    return server


def saw(what):
    with open("seen", "a") as file:
        file.write(what + "\n")


def request_of(connection):
    """The head of the request; what there is if the connection ends before."""
    request = b""
    while b"\r\n\r\n" not in request:
        more = connection.recv(4096)
        if not more:
            break
        request += more
    return request


def rest_of(connection):
    """Reads until the client closes the connection."""
    try:
        while connection.recv(4096):
            pass
        saw("closed")
    except OSError:
        saw("reset")


def serve(connection):
    if how == "silent":
        return rest_of(connection)
    saw(request_of(connection).decode("latin1").replace("\r\n", "|"))
    if how == "gate":
        open("gate").read()
    if how == "endless":
        sent = 0
        try:
            while True:
                sent += connection.send(text)
        except OSError:
            return saw("sent %d" % sent)
    for piece in [bytes([byte]) for byte in text] if how == "drip" else [text]:
        connection.sendall(piece)
    if how == "keep":
        rest_of(connection)
    if how == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def serve_quietly(connection):
    try:
        serve(connection)
    except OSError as error:
        saw(str(error))


def listen_somewhere():
    while True:
        try:
            return listen()
        except OSError as error:
            if error.errno != errno.EADDRINUSE or address[0] in "/@":
                raise


server = listen_somewhere()
if how in ("bound", "deaf"):
    threading.Event().wait()
while True:
    one = server.accept()[0]
    threading.Thread(target=serve_quietly, args=[one], daemon=True).start()
