"""A peer in another language: the wire format by hand, with nothing but Python's standard library.

    peer.py server PATH FIRST END OF    listens, hears these messages of one client, and answers each
    peer.py client PATH FIRST END OF    connects, sends these messages, some at a time, and hears as many answers

The messages are those from number FIRST up to END, of OF in all. Each is a text, as payload() makes it, and of another
size than the others: from nothing to 300 kB of JSON. The answer has the topic `answer`, and the same message.
"""

import json
import os
import socket
import sys

DELIMITER = b"\0\0"
# 9 characters, 24 bytes of JSON.
ALPHABET = "aäß€𝄞\0\"\\\n"
# Characters of 300 kB.
LONGEST = 112500
STEP = 7919
WINDOW = 16


def payload(index, of):
    length = (index * STEP % of) * LONGEST // max(1, of - 1)
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


def serve(path, first, end, of):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        print("listening", flush=True)
        connection, _ = listener.accept()
    os.unlink(path)
    with connection:
        heard = first
        for wrapper in frames(connection):
            expect(wrapper["topic"] == "payload", wrapper["topic"])
            expect(wrapper["message"] == payload(heard, of), "message %d differs" % heard)
            connection.sendall(frame("answer", wrapper["message"]))
            heard += 1
    expect(heard == end, "heard %d" % (heard - first))


def visit(path, first, end, of):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        answers = frames(connection)
        for start in range(first, end, WINDOW):
            burst = range(start, min(start + WINDOW, end))
            connection.sendall(b"".join(frame("payload", payload(index, of)) for index in burst))
            for index in burst:
                wrapper = next(answers)
                expect(wrapper["topic"] == "answer", wrapper["topic"])
                expect(wrapper["message"] == payload(index, of), "answer %d differs" % index)
        connection.shutdown(socket.SHUT_WR)
        expect(next(answers, None) is None, "something after the last answer")


{"server": serve, "client": visit}[sys.argv[1]](sys.argv[2], *map(int, sys.argv[3:]))
print("done", flush=True)
