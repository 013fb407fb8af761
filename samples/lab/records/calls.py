# Ends connections to 127.0.0.1, one a port, in ways that the wire can't tell
# apart and strace can: see calls.sh.
import os
import socket
import struct
import threading
import time

ABORT = struct.pack("ii", 1, 0)


def read_then_abort(s):
    s.recv(1000)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
    s.close()


def abort_unread(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
    s.close()


def close_unread(s):
    s.recv(100)
    s.close()


def close(s):
    s.recv(1000)
    s.close()


def run(port, end, listener_aborts=False):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if listener_aborts:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
    listener.bind(("127.0.0.1", port))
    listener.listen(5)
    client = socket.create_connection(("127.0.0.1", port))
    client.sendall(b"x" * 500)
    s, _ = listener.accept()
    time.sleep(0.1)
    end(s)
    time.sleep(0.1)
    try:
        client.recv(10)
    except OSError:
        pass
    client.close()
    listener.close()
    time.sleep(0.1)


run(9101, read_then_abort)
run(9102, abort_unread)
run(9103, close_unread)
run(9104, close)
run(9105, close, listener_aborts=True)
# A process of its own ends with its socket.
child = os.fork()
if not child:
    run(9106, lambda s: os.kill(os.getpid(), 9))
os.waitpid(child, 0)
# A client that aborts, as it had decided before it connected.
listener = socket.socket()
listener.bind(("127.0.0.1", 9107))
listener.listen(5)
client = socket.socket()
client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
client.connect(("127.0.0.1", 9107))
s, _ = listener.accept()
s.sendall(b"y" * 50)
client.recv(100)
time.sleep(0.1)
client.close()
time.sleep(0.1)
