"""What the Python judges share: where the simulator is, an inbox for notifications, and how they tell what they found."""

import datetime
import http.server
import json
import os
import pathlib
import queue
import subprocess
import sys
import threading
import traceback
import urllib.error
import urllib.parse
import urllib.request

SIMULATOR = os.environ["SHUNFU_SIMULATOR"]
SECRET = os.environ["SHUNFU_SIMULATOR_SECRET"]


def key(name):
    """A key of the demonstration, of those that everybody knows."""
    folder = pathlib.Path(__file__).resolve().parents[2] / "crates/gateways/assets/keys"
    return (folder / f"{name}.pem").read_text().strip()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def sent_on(url, form=None):
    """Where the browser is sent by an address, or by a form there; what is there need not exist."""
    data = urllib.parse.urlencode(form).encode() if form else None
    try:
        urllib.request.build_opener(NoRedirect).open(url, data)
    except urllib.error.HTTPError as answer:
        assert answer.code in (302, 303), answer.code
        return answer.headers["location"]
    raise AssertionError("not sent on")


def press(url, choice):
    """The payer presses a button."""
    sent_on(url, {"choice": choice})


def dispute(payment, reason):
    """The payer disputes a payment; gives the provider's id of the dispute."""
    asked = urllib.request.Request(f"{SIMULATOR}/admin/disputes", headers={"content-type": "application/json"})
    asked.data = json.dumps({"payment": payment, "reason": reason}).encode()
    return json.load(urllib.request.urlopen(asked))["id"]


def pay_out(provider):
    """What was collected goes to the merchant's bank."""
    order = json.dumps({"provider": provider}).encode()
    request = urllib.request.Request(f"{SIMULATOR}/admin/payouts", order, {"content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def yesterday_in_china():
    """A day that is over there, as bills name it."""
    there = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8)))
    return str(there.date() - datetime.timedelta(days=1))


class Inbox:
    """Takes every notification and says so; gives its body and the header that signs it, or all headers where none is named."""

    def __init__(self, header=None, taken=b""):
        arrived = self.arrived = queue.Queue()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                arrived.put((body, self.headers[header] if header else self.headers))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(taken)

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_port}/notifications"
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def next(self):
        return self.arrived.get(timeout=20)


def verified(provider, told, headers, body):
    """What our connector makes of a notification: an event, or why it is not believed."""
    fields = [f"{name}={value}" for name, value in told.items()]
    letter = "".join(f"{name}: {value}\n" for name, value in headers.items()) + "\n" + body
    verifier = [os.environ["SHUNFU_VERIFIER"], provider, *fields]
    return subprocess.run(verifier, input=letter, capture_output=True, check=True, text=True).stdout


def asked(provider, told, question):
    """What our connector makes of a server's answer to a question such as `refund=OURS,THEIRS`."""
    fields = [f"{name}={value}" for name, value in told.items()]
    asker = [os.environ["SHUNFU_VERIFIER"], provider, *fields, question]
    return subprocess.run(asker, capture_output=True, check=True, text=True).stdout


def run(stories):
    """Runs the stories, says how each went, and ends with a failure if one did."""
    passed = failed = 0
    for name, story in stories:
        try:
            story()
            passed += 1
            print(f"good   {name}")
        except Exception:
            failed += 1
            print(f"wrong  {name}\n       " + traceback.format_exc().replace("\n", "\n       "))
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
