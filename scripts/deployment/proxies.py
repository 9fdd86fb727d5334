"""Runs the configurations of nginx in deploy/ on loopback before two stand-ins for Atlas.

What Twilio signed must arrive byte for byte, a body that Atlas refuses must reach it to be refused,
and a request must find the instance that lives.
"""

import http.client
import http.server
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

# As Twilio sends it, and as no program that decodes and encodes it again would.
TARGET = "/twilio/status?call_id=6f2cbf1c&dial=1&x=a%2fb+c%20d&y=%7e~&empty=&z"
ENCODED_PATH = "/calls/a%2fb%2E?x=%41"
PATIENCE_SECONDS = 20


class Atlas(http.server.BaseHTTPRequestHandler):
    """Answers with its port, and the method and target it got, and closes the connection."""

    def do_GET(self):
        self.answer()

    def do_POST(self):
        self.answer()

    def answer(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        body = f"{self.server.server_port} {self.command} {self.path}".encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def start_atlas():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Atlas)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def ask(port, host, method, target, body=None):
    context = ssl._create_unverified_context()
    raw = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection = http.client.HTTPSConnection(host, timeout=10, context=context)
    connection.sock = context.wrap_socket(raw, server_hostname=host)
    # Path and query as they are: the client of the standard library does not touch them.
    connection.request(method, target, body)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def wait_until_answered(port, host, path):
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            if ask(port, host, "GET", path)[0] == 200:
                return
        except OSError:
            pass
        if time.monotonic() > until:
            sys.exit(f"no answer from the proxy within {PATIENCE_SECONDS} s")
        time.sleep(0.1)


def check(port, host, prefix, servers):
    wait_until_answered(port, host, f"{prefix}/livez")
    for method, target in [("POST", TARGET), ("GET", ENCODED_PATH), ("POST", ENCODED_PATH)]:
        body = b"x" * 200_000 if method == "POST" else None
        status, text = ask(port, host, method, prefix + target, body)
        seen = text.split(" ", 1)[-1]
        if (status, seen) != (200, f"{method} {target}"):
            sys.exit(f"sent {method} {prefix}{target}, but Atlas got {status} {seen!r}")
    # One instance goes: nobody notices.
    gone, left = servers
    gone.shutdown()
    gone.server_close()
    for _ in range(20):
        status, text = ask(port, host, "POST", prefix + TARGET, b"a=b")
        if status != 200 or not text.startswith(f"{left.server_port} "):
            sys.exit(f"with one instance gone: {status} {text!r}")


def run(command, port, host, prefix, servers):
    # A file, since a worker that outlives the proxy would keep a pipe open.
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            check(port, host, prefix, servers)
        except BaseException:
            output.seek(0)
            print(output.read().decode()[-2000:])
            raise
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE_SECONDS)


def with_nginx(file, host, prefix, folder):
    servers = [start_atlas(), start_atlas()]
    port = free_port()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={host}",
         "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
        check=True, capture_output=True,
    )
    text = Path(file).read_text(encoding="utf-8")
    for found, instead in [
        ("${ATLAS_1}", f"127.0.0.1:{servers[0].server_port}"),
        ("${ATLAS_2}", f"127.0.0.1:{servers[1].server_port}"),
        ("${SITE}", host),
        ("/etc/ssl/atlas", str(folder)),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
    ]:
        assert found in text, f"{file} has no {found}"
        text = text.replace(found, instead)
    text = text.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
    (folder / "atlas.conf").write_text(text, encoding="utf-8")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temporary}include {folder}/atlas.conf;\n}}\n",
        encoding="utf-8",
    )
    command = ["nginx", "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    subprocess.run([*command, "-t", "-q"], check=True)
    run(command, port, host, prefix, servers)


def main():
    for file, host, prefix in [
        ("deploy/nginx/atlas.conf.template", "calls.example.com", ""),
        ("deploy/nginx/atlas-below-a-prefix.conf.template", "www.example.com", "/atlas"),
    ]:
        with tempfile.TemporaryDirectory() as folder:
            # nginx's workers, which may be another user, write below it.
            os.chmod(folder, 0o755)
            with_nginx(file, host, prefix, Path(folder))


main()
