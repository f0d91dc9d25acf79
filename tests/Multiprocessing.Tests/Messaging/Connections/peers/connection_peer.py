"""
The other end of the tests of Connection and ConnectionListener: CPython's own multiprocessing.connection.

    connection_peer.py client|server old|new KEY ADDRESS SCENARIO

KEY is hexadecimal, or "none". ADDRESS is a path, @NAME for an abstract socket, or HOST:PORT. "new" speaks the handshake of CPython 3.12
and later, which names its digest, also if this interpreter is older; "old" is what this interpreter does by itself. Prints lines.
"""
import hmac
import os
import signal
import socket
import struct
import sys
from multiprocessing import AuthenticationError
from multiprocessing import connection

CHALLENGE, WELCOME, FAILURE = b'#CHALLENGE#', b'#WELCOME#', b'#FAILURE#'


def sign(key, challenge):
    end = challenge.index(b'}') + 1
    return challenge[:end] + hmac.new(key, challenge, challenge[1:end - 1].decode()).digest()


def ask(conn, key, digest=None):
    challenge = b'{' + os.environ.get('PEER_DIGEST', 'sha256').encode() + b'}' + os.urandom(40)
    conn.send_bytes(CHALLENGE + challenge)
    if hmac.compare_digest(conn.recv_bytes(256), sign(key, challenge)):
        conn.send_bytes(WELCOME)
    else:
        conn.send_bytes(FAILURE)
        raise AuthenticationError('digest received was wrong')


def answer(conn, key):
    message = conn.recv_bytes(256)
    if not message.startswith(CHALLENGE + b'{'):
        raise AuthenticationError('no digest in the challenge')
    conn.send_bytes(sign(key, message[len(CHALLENGE):]))
    if conn.recv_bytes(256) != WELCOME:
        raise AuthenticationError('digest sent was rejected')


def parse_address(text):
    if text.startswith('@'):
        return '\0' + text[1:]
    if ':' in text:
        host, port = text.rsplit(':', 1)
        return host, int(port)
    return text


def echo(conn):
    try:
        while True:
            conn.send_bytes(conn.recv_bytes())
    except EOFError:
        print('end')


def send(conn):
    """Messages of many sizes, each answered by its own echo."""
    for size in (0, 1, 5, 4096, 16384, 16385, 65536, 1 << 20, 20 << 20):
        message = bytes(i & 255 for i in range(min(size, 4096))) * max(1, size // 4096)
        message = message[:size]
        conn.send_bytes(message)
        assert conn.recv_bytes() == message, size
    print('same')


def long_header(conn):
    """The header of a long message before a short one, then one that announces 3 GiB."""
    fd = conn.fileno()
    os.write(fd, struct.pack('!iQ', -1, 5) + b'short')
    assert conn.recv_bytes() == b'short'
    os.write(fd, struct.pack('!iQ', -1, 3 << 30))
    print('sent')
    try:
        conn.recv_bytes()
    except (EOFError, OSError) as e:
        print('closed')


def die(conn):
    os.write(conn.fileno(), struct.pack('!i', 100) + b'only ten..')
    conn.recv_bytes()
    os.kill(os.getpid(), signal.SIGKILL)


def main(role, protocol, key, address, scenario):
    if protocol == 'new' and sys.version_info < (3, 12):
        connection.deliver_challenge, connection.answer_challenge = ask, answer
    key = None if key == 'none' else bytes.fromhex(key)
    try:
        if role == 'client':
            conn = connection.Client(parse_address(address), authkey=key)
        else:
            listener = connection.Listener(parse_address(address), authkey=key)
            print('listening', *(listener.address if isinstance(listener.address, tuple) else ()), flush=True)
            conn = listener.accept()
    except (AuthenticationError, EOFError, OSError) as e:
        print(type(e).__name__)
        return
    print('connected', flush=True)
    globals()[scenario](conn)


main(*sys.argv[1:])
