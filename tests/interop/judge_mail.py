"""A mail server that others wrote takes what the house sends, and Python's own reader of mail judges it."""

import atexit
import datetime
import email
import email.policy
import ipaddress
import json
import os
import pathlib
import queue
import re
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from house import run

PROGRAM = os.environ["SHUNFU_PROGRAM"]
NAME, PASSWORD = "shunfu@mail.example", "a b:c/d@e%"


class Post:
    """Takes letters, unless a recipient's name says what to do with them."""

    def __init__(self):
        self.letters = queue.Queue()
        self.refused = []
        self.dropped = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        word = address.split("@")[0]
        if word.startswith("never") or (word.startswith("later") and address not in self.refused):
            self.refused.append(address)
            return "550 5.1.1 nobody of that name" if word.startswith("never") else "451 4.7.1 later, please"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server, session, envelope):
        to = envelope.rcpt_tos[0]
        self.letters.put((to, envelope.mail_from, envelope.content))
        if to.startswith("silence") and to not in self.dropped:
            self.dropped.add(to)
            server.transport.abort()
        return "250 taken"


def opened(post, **options):
    """A running mail server on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=port, **options)
    controller.start()
    atexit.register(controller.stop)
    return port


class House:
    """The product with a company of its own, sending by a mail server."""

    def __init__(self, port):
        self.folder = tempfile.TemporaryDirectory()
        self.variables = {
            **os.environ,
            "SHUNFU_DATA_DIR": self.folder.name,
            "SHUNFU_MAIL_URL": f"smtp://127.0.0.1:{port}",
            "SHUNFU_MAIL_FROM": "billing@shunfu.example",
            "SHUNFU_MAIL_REPLY_TO": "财务 <ask@shunfu.example>",
        }
        secret = pathlib.Path(self.folder.name) / "password"
        secret.write_text("Qm7-tangerine-Loft-29")
        organisation = "顺付示例有限公司"
        words = ["init", "--organisation", organisation, "--currency", "CNY", "--country", "CN"]
        words += ["--admin-email", "owner@shunfu.example", "--admin-password-file", str(secret)]
        told = subprocess.run([PROGRAM, *words], env=self.variables, check=True, capture_output=True, text=True).stdout
        self.organisation, self.key = organisation, re.search(r"sk_\S+", told).group()
        ready = pathlib.Path(self.folder.name) / "ready.json"
        serve = [PROGRAM, "serve", "--listen", "127.0.0.1:0", "--ready-file", str(ready)]
        server = subprocess.Popen(serve, env=self.variables, stdout=subprocess.DEVNULL)
        atexit.register(lambda: (server.terminate(), server.wait(30), self.folder.cleanup()))
        for _ in range(300):
            if ready.exists():
                self.url = json.loads(ready.read_text())["url"]
                return
            time.sleep(0.1)
        raise AssertionError("the house does not serve")

    def call(self, path, body=None):
        request = urllib.request.Request(f"{self.url}/api/v1{path}", headers={"authorization": f"Bearer {self.key}"})
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("content-type", "application/json")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def paid(self, name, locale, address):
        """A payment of a new customer."""
        customer = {"name": name, "kind": "company", "country": "CN", "currency": "CNY", "locale": locale}
        customer = json.loads(self.call("/customers", {**customer, "email": address}))["id"]
        payment = {"customer": customer, "method": "bank_transfer", "received_on": time.strftime("%Y-%m-%d")}
        amount = {"currency": "CNY", "amount": "732.16"}
        return json.loads(self.call("/payments", {**payment, "amount": amount}))["id"]

    def sent(self, payment):
        return json.loads(self.call(f"/payments/{payment}/receipt/send", {}))

    def mail_about(self, payment, status):
        """The mail, once it stands so."""
        for _ in range(600):
            mail = json.loads(self.call(f"/mails?about={payment}"))["data"][0]
            if mail["status"] == status:
                return mail
            time.sleep(0.1)
        raise AssertionError(mail)

    def doctor(self, url, **more):
        """What the doctor says of a mail server."""
        variables = {**self.variables, "SHUNFU_MAIL_URL": url, **more}
        told = subprocess.run([PROGRAM, "doctor"], env=variables, capture_output=True, text=True)
        assert PASSWORD not in told.stdout + told.stderr
        return next(line for line in told.stdout.splitlines() if "mail server" in line)


post = Post()
house = House(opened(post))


def next_letter():
    to, sender, content = post.letters.get(timeout=60)
    return to, sender, email.message_from_bytes(content, policy=email.policy.default)


def arrived(name, locale, subject, words):
    payment = house.paid(name, locale, "ap@example.com")
    mail = house.sent(payment)
    assert mail["status"] == "waiting", mail
    to, sender, letter = next_letter()
    assert (to, sender) == ("ap@example.com", "billing@shunfu.example"), (to, sender)
    assert not letter.defects, letter.defects
    for part in letter.walk():
        assert not part.defects, part.defects
    [author] = letter["from"].addresses
    assert (author.display_name, author.addr_spec) == (house.organisation, "billing@shunfu.example"), author
    [answers] = letter["reply-to"].addresses
    assert answers.display_name == "财务", answers
    [document] = letter.iter_attachments()
    number = document.get_filename().removesuffix(".pdf")
    assert re.fullmatch(r"RC-\d{4}-\d{5}", number), number
    assert letter["subject"] == subject.format(number=number, organisation=house.organisation), letter["subject"]
    assert letter["auto-submitted"] == "auto-generated"
    assert abs(letter["date"].datetime.timestamp() - time.time()) < 120, letter["date"]
    told = house.mail_about(payment, "sent")
    assert letter["message-id"] == told["message_id"] and mail["id"] in told["message_id"], told
    plain, page = (letter.get_body(preferencelist=(kind,)).get_content() for kind in ("plain", "html"))
    for text in (plain, page):
        for word in (*words, name, number, "732.16", house.organisation):
            assert word in text, (word, text)
    assert not re.search(r"src=|url\(|@import|<script|<link|<img", page), page
    assert (document.get_content_type(), document.get_filename()) == ("application/pdf", f"{number}.pdf")
    assert document.get_content() == house.call(f"/payments/{payment}/receipt.pdf"), "the document differs"


def a_receipt_arrives_in_chinese():
    name = "上海远航贸易有限公司"
    arrived(name, "zh-CN", "{organisation} 收款收据 {number}", ["见附件", "银行转账"])


def a_receipt_arrives_in_english():
    arrived("Smith “Ink”, Sons; Co", "en", "Receipt {number} from {organisation}", ["is attached", "Bank transfer"])


def a_refusal_is_heard_once():
    payment = house.paid("Never", "en", "never@example.com")
    house.sent(payment)
    mail = house.mail_about(payment, "failed")
    assert (mail["error"], mail["error_code"], mail["attempts"]) == ("refused", 550, 1), mail
    assert post.refused.count("never@example.com") == 1, post.refused


def a_server_that_is_busy_gets_it_later():
    payment = house.paid("Later", "en", "later@example.com")
    house.sent(payment)
    assert house.mail_about(payment, "sent")["attempts"] == 2
    assert next_letter()[0] == "later@example.com"


def what_had_no_answer_comes_again_under_the_same_name():
    payment = house.paid("Silence", "en", "silence@example.com")
    house.sent(payment)
    first, second = next_letter()[2], next_letter()[2]
    told = house.mail_about(payment, "sent")
    assert first["message-id"] == second["message-id"] == told["message_id"], (first["message-id"], told)
    assert told["attempts"] == 2, told


def certificate():
    """A certificate of its own for this machine, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
    made = made.not_valid_after(now + datetime.timedelta(days=30))
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = made.add_extension(here, critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    made = made.sign(key, hashes.SHA256())
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = pathlib.Path(house.folder.name) / "mail.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return str(path)


def the_doctor_tries_the_server():
    told = house.doctor(house.variables["SHUNFU_MAIL_URL"])
    assert told.startswith("good") and "billing@shunfu.example" in told, told
    told = house.doctor("smtp://127.0.0.1:9")
    assert told.startswith("warning") and "does not answer" in told, told


def a_protected_server_must_show_a_certificate_and_takes_our_name():
    path = certificate()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)

    def known(server, session, envelope, mechanism, data):
        given = (data.login.decode(), data.password.decode()) if mechanism in ("PLAIN", "LOGIN") else ()
        return AuthResult(success=given == (NAME, PASSWORD), handled=False)

    options = {"authenticator": known, "auth_required": True, "auth_require_tls": False, "ssl_context": context}
    port = opened(Post(), **options)
    encoded = urllib.parse.quote(NAME, safe=""), urllib.parse.quote(PASSWORD, safe="")
    ours = "smtps://{}:{}@127.0.0.1:{}".format(*encoded, port)
    told = house.doctor(ours, SSL_CERT_FILE=path)
    assert told.startswith("good"), told
    told = house.doctor(ours)
    assert told.startswith("bad") and "certificate" in told, told
    told = house.doctor(f"smtps://{encoded[0]}:wrong@127.0.0.1:{port}", SSL_CERT_FILE=path)
    assert told.startswith("bad") and "name and password (535)" in told, told


stories = [
    a_receipt_arrives_in_chinese,
    a_receipt_arrives_in_english,
    a_refusal_is_heard_once,
    a_server_that_is_busy_gets_it_later,
    what_had_no_answer_comes_again_under_the_same_name,
    the_doctor_tries_the_server,
    a_protected_server_must_show_a_certificate_and_takes_our_name,
]
run((story.__name__, story) for story in stories)
