"""A peer in another language: the wire format by hand, with nothing but Python's standard library.

    peer.py server PATH COUNT    listens, hears COUNT messages of one client, and answers each
    peer.py client PATH COUNT    connects, sends COUNT messages, and hears as many answers

Message `index` is a text of `size(index)` characters, as payload() makes it; the answer has the topic `answer`, and the
same message.
"""

import json
import os
import socket
import sys

DELIMITER = b"\0\0"
ALPHABET = "aäß€𝄞\0\"\\\n"


def size(index, count):
    return index * 300000 // (count - 1) // 2


def payload(index, count):
    length = size(index, count)
    return (ALPHABET * (length // len(ALPHABET) + 1))[:length]


def frame(topic, message):
    return json.dumps({"topic": topic, "message": message}, ensure_ascii=False).encode() + DELIMITER


def frames(connection):
    rest = b""
    while True:
        chunk = connection.recv(65536)
        if not chunk:
            if rest:
                raise ValueError("the connection ended inside a frame")
            return
        *complete, rest = (rest + chunk).split(DELIMITER)
        for each in complete:
            yield json.loads(each.decode())


def expect(condition, what):
    if not condition:
        raise ValueError(what)


def serve(path, count):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        print("listening", flush=True)
        connection, _ = listener.accept()
    os.unlink(path)
    with connection:
        heard = 0
        for wrapper in frames(connection):
            expect(wrapper["topic"] == "payload", wrapper["topic"])
            expect(wrapper["message"] == payload(heard, count), "message %d differs" % heard)
            connection.sendall(frame("answer", wrapper["message"]))
            heard += 1
    expect(heard == count, "heard %d" % heard)


def visit(path, count):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        answers = frames(connection)
        for index in range(count):
            connection.sendall(frame("payload", payload(index, count)))
            wrapper = next(answers)
            expect(wrapper["topic"] == "answer", wrapper["topic"])
            expect(wrapper["message"] == payload(index, count), "answer %d differs" % index)
        connection.shutdown(socket.SHUT_WR)
        expect(next(answers, None) is None, "something after the last answer")


{"server": serve, "client": visit}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
print("done", flush=True)
