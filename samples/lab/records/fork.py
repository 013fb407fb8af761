# A server that forks for its connection: the parent closes its descriptor, the
# child aborts (SO_LINGER 0). See calls.sh.
import os
import socket
import struct
import time

ABORT = struct.pack("ii", 1, 0)

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", 9201))
listener.listen(5)
client = socket.create_connection(("127.0.0.1", 9201))
client.sendall(b"x" * 500)
s, _ = listener.accept()
if os.fork() == 0:
    client.close()
    listener.close()
    s.recv(1000)
    time.sleep(0.1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
    s.close()
    os._exit(0)
s.close()
time.sleep(0.4)
try:
    client.recv(10)
except OSError:
    pass
client.close()
os.wait()
