"""Everything that can be done to a bucket of trail files behind the server's back.

A `Bucket` here is only what is in it: bytes and metadata by key. Each kind of tampering says what
it puts there and takes away, and which names a verifier should say when it finds that. What cannot
be had without the server's private key is made with another one, as an attacker would.
"""

import base64
import collections
import datetime
import gzip
import hashlib
import http.client
import http.server
import json
import threading
import zlib

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from trails import DIGEST_KEY, INSTANT, LOG_KEY, one_member, seconds

STAMP = "%Y%m%dT%H%M%SZ"
Object = collections.namedtuple("Object", "body metadata")


class Tamper:
    """One kind: what it does to the bucket, and what a verifier should name."""

    def __init__(self, group, words, names=None, region=None, keys=None, metadata_only=False):
        self.group, self.words = group, words
        self.changes = {}
        self.names, self.region, self.keys = names, region, keys
        # a plain copy has no metadata that could be changed
        self.metadata_only = metadata_only

    def put(self, key, body, metadata):
        self.changes[key] = Object(body, metadata)
        return self

    def delete(self, *keys):
        self.changes |= dict.fromkeys(keys)
        return self

    def named(self):
        """The keys, or beginnings of keys, one of which should be named."""
        return self.names or list(self.changes)


class Bucket:
    """What is in the bucket, of one account, one trail and a few Regions."""

    def __init__(self, name, objects, account, region, other_region):
        self.name, self.objects = name, objects
        self.account, self.region, self.other_region = account, region, other_region
        self.forger = Forger()

    def digests(self, region=None):
        """The keys of a Region's digests, oldest first."""
        places = ((key, DIGEST_KEY.fullmatch(key)) for key in self.objects)
        wanted = region or self.region
        return sorted(key for key, place in places if place and place["region"] == wanted)

    def logs(self, region=None):
        """The keys of a Region's log files that a digest names, oldest first."""
        listed = [log for key in self.digests(region) for log in self.listed(key)]
        return sorted(listed, key=lambda key: LOG_KEY.fullmatch(key)["time"])

    def listed(self, key):
        """The log files that a digest names."""
        return [entry["s3Object"] for entry in self.document(key)["logFiles"]]

    def document(self, key):
        return json.loads(one_member(self.objects[key].body))

    def kinds(self):
        """Every kind of tampering, in the order of the table."""
        parts = [self.in_log_files, self.beside_log_files, self.in_digests, self.of_chains]
        return [kind for part in [*parts, self.by_forgery] for kind in part()]

    # what is done to log files

    def in_log_files(self):
        """What is done to the bytes of a log file that stays where it is."""
        key = self.logs()[0]
        body = self.objects[key].body
        text = one_member(body)
        records = json.loads(text)["Records"]
        forged = json.dumps({"Records": [records[0] | {"eventName": "Forged"}]}).encode()

        def packed(records):
            return squeezed(json.dumps({"Records": records}, separators=(",", ":")).encode())

        changed = [records[0] | {"sourceIPAddress": "203.0.113.9"}, *records[1:]]
        return [
            self.written(words, key, bytes_)
            for words, bytes_ in [
                ("a bit of its compressed text is flipped", flipped(body, len(body) // 2)),
                ("a bit of its gzip header is flipped (the time)", flipped(body, 4)),
                ("a bit of its check sum is flipped", flipped(body, len(body) - 8)),
                ("a bit of its length field is flipped", flipped(body, len(body) - 4)),
                ("a record is changed", packed(changed)),
                ("a record is taken out", packed(records[1:])),
                ("a record is added", packed([*records, changed[0]])),
                ("the same text is compressed anew", squeezed(text, 1)),
                ("a gzip member with forged records is appended", body + squeezed(forged)),
                ("a gzip member without text is appended", body + squeezed(b"")),
                ("junk is appended", body + b"junk"),
                ("zeros are appended", body + bytes(512)),
                ("its check sum and length are cut off", body[:-8]),
                ("its last byte is cut off", body[:-1]),
                ("it is cut in half", body[: len(body) // 2]),
                ("it is emptied", b""),
                ("its text is stored without compression of gzip", text),
            ]
        ]

    def written(self, words, key, body, group="log file"):
        return Tamper(group, words).put(key, body, self.objects[key].metadata)

    def beside_log_files(self):
        """What is done to log files as wholes."""
        # in the first quarter of an hour of a chain, a file may be of before the chain
        first, second = self.of_digest(3)[0], self.logs()[0]
        theirs = self.logs(self.other_region)[-1]
        body = self.objects[first].body
        other = renamed(first, random="Inject0123456789")
        moved = theirs.replace(self.other_region, self.region)
        abroad = first.replace(self.account, "444455556666")
        future = renamed(first, time=datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC))
        swapped = Tamper("log files", "two are swapped")
        swapped.put(first, self.objects[second].body, {}).put(second, body, {})
        beside = first.rpartition("/")[0]
        marker = f"AWSLogs/{self.account}/CloudTrail/"
        forged = squeezed(b'{"Records":[{"eventName":"Forged"}]}')
        return [
            Tamper("log files", "one is deleted").delete(first),
            Tamper("log files", "all of an hour are deleted").delete(*self.of_digest(-2)),
            swapped,
            self.added("one is put there that nobody delivered", other, forged),
            self.added("one is there twice, under another name", other, body),
            self.added("one of another Region is put there", moved, self.objects[theirs].body),
            self.added("one is put into another account's folder", abroad, body),
            self.added("one is put there with a time that has not come", future, body),
            self.added("a file of another name is put there", f"{beside}/notes.json.gz", body),
            self.added("the empty marker object is filled", marker, body),
        ]

    def added(self, words, key, body):
        tamper = Tamper("log files", words).put(key, body, {})
        if "444455556666" in key:
            tamper.names = [key, "AWSLogs/444455556666/CloudTrail-Digest"]
        return tamper

    def of_digest(self, number):
        """The log files that one of the Region's digests names; the last ones where it has none."""
        listed = [self.listed(key) for key in self.digests()]
        return listed[number] or [files for files in listed if files][-1]

    # what is done to digests

    def in_digests(self):
        """What is done to one digest that stays where it is, or to its metadata."""
        key = self.digests()[2]
        body, metadata = self.objects[key]
        text = one_member(body)
        document = json.loads(text)
        fewer = document | {"logFiles": document["logFiles"][1:]}
        started = document | {name: None for name in document if name.startswith("previous")}
        hashed = document | {"previousDigestHashValue": "0" * 64}
        before = self.objects[self.digests()[1]].body
        forged = self.forger.signature(self.name, key, text)
        told = [
            self.written(words, key, bytes_, "digest")
            for words, bytes_ in [
                ("a bit of its text is flipped", flipped(body, len(body) // 2)),
                ("a bit of its gzip header is flipped (the time)", flipped(body, 4)),
                ("a bit of its check sum is flipped", flipped(body, len(body) - 8)),
                ("a log file is taken from its list", stored(fewer)),
                ("the hash of the digest before is changed", stored(hashed)),
                ("it is made the first of its chain", stored(started)),
                ("the same text is compressed", squeezed(text)),
                ("a gzip member without text is appended", body + squeezed(b"")),
                ("junk is appended", body + b"junk"),
                ("it is cut in half", body[: len(body) // 2]),
                ("the digest of the hour before is put in its place", before),
            ]
        ]
        return told + [
            self.signed(words, key, changes)
            for words, changes in [
                ("the signature in its metadata is changed", {"signature": "00" * 256}),
                ("the signature is taken from its metadata", {"signature": None}),
                ("the metadata names another algorithm", {"signature-algorithm": "none"}),
                ("it is signed by another key", {"signature": forged}),
            ]
        ]

    def signed(self, words, key, changes):
        body, metadata = self.objects[key]
        metadata = {name: value for name, value in (metadata | changes).items() if value}
        return Tamper("digest", words, metadata_only=True).put(key, body, metadata)

    # what is done to chains

    def of_chains(self):
        """What is deleted from chains, copied and moved."""
        first, second, third, *_, last = digests = self.digests()
        named = {log for key in digests[-2:] for log in self.listed(key)}
        theirs = self.digests(self.other_region)
        remaining = [digests[-2], digests[-3]]
        folder = f"AWSLogs/{self.account}/CloudTrail-Digest/{self.other_region}"
        region = Tamper("chain", "all digests of a Region are deleted", [folder], self.other_region)
        whole = Tamper(
            "chain",
            "all digests and log files of a Region are deleted",
            [folder],
            self.other_region,
        )
        of_region = [key for key in self.objects if f"/{self.other_region}/" in key]
        moved = third.replace(stamp(third), stamp(third, datetime.timedelta(minutes=30)))
        return [
            Tamper("chain", "the first digest is deleted").delete(first),
            Tamper("chain", "a digest in the middle is deleted").delete(third),
            Tamper("chain", "the newest digest is deleted", [last, *remaining]).delete(last),
            Tamper("chain", "the newest two are deleted", remaining).delete(*digests[-2:]),
            Tamper(
                "chain", "the newest two and the log files that they name are deleted", remaining
            ).delete(*digests[-2:], *named),
            region.delete(*theirs),
            whole.delete(*of_region),
            Tamper("chain", "a digest is moved to another time").delete(third).put(
                moved, *self.objects[third]
            ),
            Tamper("chain", "a digest is copied to another time").put(moved, *self.objects[third]),
            Tamper("chain", "another Region's digest is put in the place of one").put(
                third, *self.objects[theirs[2]]
            ),
            Tamper("chain", "two digests are swapped")
            .put(second, *self.objects[third])
            .put(third, *self.objects[second]),
        ]

    # what another key can do

    def by_forgery(self):
        """Chains that say what an attacker wants, signed by a key of the attacker's."""
        digests, log = self.digests(), self.logs()[0]
        text = one_member(self.objects[log].body)
        text = json.dumps({"Records": json.loads(text)["Records"][1:]}).encode()
        forged = (log, text, squeezed(text))
        half = datetime.timedelta(minutes=30)
        keyed = "the chain is forged with another key"
        other_trail = "a forged chain of another trail names forged files"
        made = [
            self.forged(keyed, digests, forged),
            self.forged(f"{keyed}, and that key is what the server names", digests, forged, True),
            self.forged(
                f"{keyed}, which the server names as if it were the right one",
                digests,
                forged,
                True,
                self.document(digests[0])["digestPublicKeyFingerprint"],
            ),
            self.forged(f"{keyed} from the middle on", digests[2:], forged),
            self.forged("a forged chain stands beside the right one", digests, None, shift=half),
            self.forged(other_trail, digests, forged, trail="audit"),
        ]
        late = digests[2].replace(".json.gz", "_backfill.json.gz")
        made.append(self.forged_late(late))
        return made

    def forged(self, words, digests, log, is_named=False, fingerprint=None, shift=None, trail=None):
        """A chain in the place of these digests, or beside them, signed by the attacker.

        `log` is a log file, with another text and its bytes: it is changed, or beside it another
        one is put there where the chain is that of another trail.
        """
        tamper = Tamper("forgery", words)
        if is_named:
            tamper.keys = self.forger.public_keys(fingerprint)
        place = log and (renamed(log[0], random="Forged0123456789") if trail else log[0])
        if log:
            tamper.put(place, log[2], {})
        previous = {}
        for key in digests:
            document = self.document(key)
            if shift:
                key = shifted(key, document, shift)
            if trail:
                key = key.replace("_main_", f"_{trail}_")
            for entry in document["logFiles"]:
                if log and entry["s3Object"] == log[0]:
                    entry |= entry_of(place, *log[1:], entry["opentrail:eventCount"] - 1)
            document["digestS3Object"] = key
            document["digestPublicKeyFingerprint"] = fingerprint or self.forger.fingerprint
            document |= previous
            previous = self.forger.put(tamper, self.name, key, document)
        return tamper

    def forged_late(self, key):
        generated = "2026-11-20T10:00:00.000Z"
        document = self.document(self.digests()[2])
        document |= {name: None for name in document if name.startswith("previous")}
        document |= {
            "digestS3Object": key,
            "digestPublicKeyFingerprint": self.forger.fingerprint,
            "logFiles": [],
            "opentrail:backfillGenerationTimestamp": generated,
        }
        tamper = Tamper("forgery", "a forged digest of late files is put there")
        self.forger.put(tamper, self.name, key, document)
        tamper.changes[key].metadata["backfill-generation-timestamp"] = generated
        return tamper


class Forger:
    """Signs as the server does, with a key of its own."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = self.key.public_key()
        self.der = public.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.PKCS1
        )
        self.fingerprint = hashlib.md5(self.der).hexdigest()

    def signature(self, bucket, key, text):
        """The signature that this text has at this place."""
        document = json.loads(text)
        digest = hashlib.sha256(text).hexdigest()
        before = document["previousDigestSignature"] or "null"
        words = f"{document['digestEndTime']}\n{bucket}/{key}\n{digest}\n{before}"
        return self.key.sign(words.encode(), padding.PKCS1v15(), hashes.SHA256()).hex()

    def put(self, tamper, bucket, key, document):
        """Puts a signed digest; returns what the next one says of it."""
        text = json.dumps(document, separators=(",", ":")).encode()
        signature = self.signature(bucket, key, text)
        metadata = {"signature": signature, "signature-algorithm": "SHA256withRSA"}
        tamper.put(key, stored(document), metadata)
        return {
            "previousDigestS3Bucket": bucket,
            "previousDigestS3Object": key,
            "previousDigestHashValue": hashlib.sha256(text).hexdigest(),
            "previousDigestHashAlgorithm": "SHA-256",
            "previousDigestSignature": signature,
        }

    def public_keys(self, fingerprint=None):
        """What ListPublicKeys answers when the server is the attacker's."""
        key = {
            "Value": base64.b64encode(self.der).decode(),
            "Fingerprint": fingerprint or self.fingerprint,
            "ValidityStartTime": 0,
            "ValidityEndTime": 4_000_000_000,
        }
        return {"PublicKeyList": [key]}


class Swap:
    """A server between a client and CloudTrail that answers ListPublicKeys by itself."""

    def __init__(self, url, keys):
        host = url.removeprefix("http://")

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                target = self.headers.get("x-amz-target", "")
                if target.endswith("ListPublicKeys"):
                    return self.answer(200, json.dumps(keys).encode())
                there = http.client.HTTPConnection(host)
                there.request("POST", self.path, body, dict(self.headers))
                reply = there.getresponse()
                return self.answer(reply.status, reply.read())

            def answer(self, status, body):
                self.send_response(status)
                self.send_header("content-type", "application/x-amz-json-1.1")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self.url

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def shifted(key, document, later):
    """Makes a digest one of another time, without log files; returns the key that it has then."""
    for name in ["digestStartTime", "digestEndTime"]:
        document[name] = (seconds(document[name]) + later).strftime(INSTANT)
    document["logFiles"] = []
    return key.replace(stamp(key), stamp(key, later))


def entry_of(key, text, body, events):
    """What a digest says of a log file that an attacker made."""
    return {
        "s3Object": key,
        "hashValue": hashlib.sha256(text).hexdigest(),
        "opentrail:rawHashValue": hashlib.sha256(body).hexdigest(),
        "opentrail:eventCount": events,
    }


def flipped(body, at):
    return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]


def squeezed(text, level=9):
    return gzip.compress(text, level, mtime=0)


def stored(document):
    """A document in gzip's stored form, as digests are written."""
    text = json.dumps(document, separators=(",", ":")).encode()
    parts = [text[at : at + 0xFFFF] for at in range(0, len(text), 0xFFFF)]
    body = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF])
    for part in parts:
        length = len(part)
        body += bytes([part is parts[-1]]) + length.to_bytes(2, "little")
        body += (length ^ 0xFFFF).to_bytes(2, "little") + part
    return body + zlib.crc32(text).to_bytes(4, "little") + len(text).to_bytes(4, "little")


def stamp(key, later=datetime.timedelta()):
    """The time in a digest's key, or one that is so much later."""
    return (seconds(DIGEST_KEY.fullmatch(key)["time"]) + later).strftime(STAMP)


def renamed(key, random=None, time=None):
    """A log file's key with another random part or time."""
    head, _, name = key.rpartition("/")
    parts = name.removesuffix(".json.gz").split("_")
    if random:
        parts[-1] = random
    if time:
        parts[-2] = time.strftime("%Y%m%dT%H%MZ")
        head = head.rsplit("/", 3)[0] + time.strftime("/%Y/%m/%d")
    return f"{head}/{'_'.join(parts)}.json.gz"

