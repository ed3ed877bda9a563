#!/usr/bin/env python3
"""Verifies a Sluice evidence pack, offline, with Python's standard library alone:

    python3 verify.py PACK.zip [--key log.vkey] [--witness w.vkey]... [--quorum K] [--tsa-cert tsa.pem]

Take this file from somebody you trust, not from the pack that you doubt. Without --key the pack's own key of the log is
used: then the pack agrees with itself, and nothing says who signed. Prints the verdicts, then what is the matter.
Exit code: 0 where nothing fails, 1 where something does, 2 where the command line is wrong.

Formats: RFC 6962/9162 (Merkle tree), C2SP signed-note, tlog-checkpoint, tlog-proof, tlog-cosignature; RFC 8032 (Ed25519);
RFC 3161 (time stamps, signed with RSA PKCS #1 v1.5 or ECDSA). ML-DSA-44 signatures are not checked here, nor revocation. Nothing is unpacked or written.
"""
import argparse, base64, binascii, datetime, hashlib, json, os, re, struct, sys, zipfile

# ---- Ed25519 (RFC 8032 section 5.1.7), by its formulas. Nothing here is secret, so time does not matter. ----
P = 2 ** 255 - 19
L = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)

def plus(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P

def times(n, p):
    q = (0, 1, 1, 0)
    while n:
        if n & 1:
            q = plus(q, p)
        p, n = plus(p, p), n >> 1
    return q

def point(raw):
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P

def packed(p):
    z = pow(p[2], P - 2, P)
    x, y = p[0] * z % P, p[1] * z % P
    return (y | (x & 1) << 255).to_bytes(32, "little")

BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))

def ed25519(key, message, signature):
    a, s = point(key), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or a is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    minus = (P - a[0], a[1], 1, P - a[3])
    return packed(plus(times(s, BASE), times(k, minus))) == signature[:32]

# ---- notes ----
class Fault(Exception):
    pass

def b64(text, what):
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Fault(what + " is not base64")
    if base64.b64encode(raw).decode() != text:
        raise Fault(what + " is not canonical base64")
    return raw

def vkey(text):                                          # name, id, type, key
    parts = text.strip().split("+", 2)
    if len(parts) != 3:
        raise Fault("a key reads name+id+key")
    typed = b64(parts[2], "a key")
    ident = hashlib.sha256(parts[0].encode() + b"\n" + typed).digest()[:4]
    if ident.hex() != parts[1]:
        raise Fault("the key of %s has an id that is not its own" % parts[0])
    return parts[0], ident, typed[0], typed[1:]

def note(raw):                                           # text, [(name, id, signature)]
    text = raw.decode("utf-8")
    end = text.rfind("\n\n")
    if end < 0 or not text.endswith("\n"):
        raise Fault("the checkpoint is no signed note")
    signatures = []
    for line in text[end + 2:-1].split("\n"):
        words = line.split(" ")
        if len(words) != 3 or words[0] != "\u2014":
            raise Fault("the checkpoint has a line that is no signature")
        blob = b64(words[2], "a signature")
        signatures.append((words[1], blob[:4], blob[4:]))
    return text[:end + 1], signatures

def checkpoint(text):                                    # origin, size, root
    lines = text.split("\n")
    if len(lines) < 4 or not re.fullmatch("0|[1-9][0-9]{0,18}", lines[1]):
        raise Fault("the checkpoint has not the three lines origin, size and root")
    root = b64(lines[2], "the checkpoint's root")
    if len(root) != 32:
        raise Fault("the checkpoint's root has not 32 bytes")
    return lines[0], int(lines[1]), root

def signed_by_log(key, text, signatures):
    name, ident, kind, raw = key
    if kind != 1:
        raise Fault("the log's key is not of type Ed25519 (01)")
    own = [s for n, i, s in signatures if n == name and i == ident]
    if not own or not all(ed25519(raw, text.encode(), s) for s in own):
        raise Fault("the checkpoint is not signed by %s+%s" % (name, ident.hex()))
    if checkpoint(text)[0] != name:
        raise Fault("the checkpoint is of another log than its key")

def cosigned(keys, text, signatures):                    # keys of one witness: time, or None
    times = []
    for name, ident, kind, raw in keys:
        for n, i, s in signatures:
            if n == name and i == ident and kind == 4 and len(s) == 72:
                seconds = struct.unpack(">Q", s[:8])[0]
                message = b"cosignature/v1\ntime %d\n" % seconds + text.encode()
                if not ed25519(raw, message, s[8:]):
                    raise Fault("the cosignature of %s is not valid" % name)
                times.append(seconds)
                break
        else:
            return None
    return min(times) if times else None

# ---- time stamps: RFC 3161 in RFC 5652 (CMS), and of RFC 5280 what a short path needs ----
def oid(dotted):
    first, second, *rest = (int(n) for n in dotted.split("."))
    raw = b""
    for n in [40 * first + second] + rest:
        part = bytes([n & 127])
        while n > 127:
            n >>= 7
            part = bytes([128 | n & 127]) + part
        raw += part
    return raw

HASHES = {oid("2.16.840.1.101.3.4.2." + n): h for n, h in (("1", "sha256"), ("2", "sha384"), ("3", "sha512"))}
RSA, EC = oid("1.2.840.113549.1.1.1"), oid("1.2.840.10045.2.1")
SIGNATURES = {oid("1.2.840.113549.1.1." + n): (RSA, h) for n, h in (("11", "sha256"), ("12", "sha384"), ("13", "sha512"))}
SIGNATURES.update({oid("1.2.840.10045.4.3." + n): (EC, h) for n, h in (("2", "sha256"), ("3", "sha384"), ("4", "sha512"))})
CURVES = {                                               # SEC 2: p, b, n, the base point; a is -3
    oid("1.2.840.10045.3.1.7"): (
        2 ** 256 - 2 ** 224 + 2 ** 192 + 2 ** 96 - 1,
        0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b,
        0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551,
        (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
         0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)),
    oid("1.3.132.0.34"): (
        2 ** 384 - 2 ** 128 - 2 ** 96 + 2 ** 32 - 1,
        0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef,
        0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973,
        (0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7,
         0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f))}

def der(raw):                                            # what stands one after the other: (tag, content, all its bytes)
    found, at = [], 0
    while at < len(raw):
        tag, size, start = raw[at], raw[at + 1], at + 2
        if size > 127:
            start, size = start + (size & 127), int.from_bytes(raw[start:start + (size & 127)], "big")
            if size < 128 or size >> 8 * (start - at - 3) == 0:
                raise Fault("is not DER")                # X.690 section 10.1: a length in no more bytes than it needs
        if tag & 31 == 31 or raw[at + 1] in (128, 255) or start + size > len(raw):
            raise Fault("is not DER")
        found.append((tag, raw[start:start + size], raw[at:start + size]))
        at = start + size
    return found

def within(raw, tag=0x30):                               # what stands in the one value of that tag
    one = der(raw)
    if len(one) != 1 or one[0][0] != tag:
        raise Fault("has a field of another type")
    return der(one[0][1])

def moment(value):                                       # UTCTime or GeneralizedTime, in seconds
    tag, content = value[0], value[1].decode("ascii")
    match = re.fullmatch(r"(\d{%d})(\d{10})(?:\.\d{1,9})?Z" % (2 if tag == 0x17 else 4), content)
    if tag not in (0x17, 0x18) or not match:
        raise Fault("has a time that is none")
    year = match.group(1) if tag == 0x18 else ("20" if match.group(1) < "50" else "19") + match.group(1)
    return datetime.datetime.strptime(year + match.group(2) + "+0000", "%Y%m%d%H%M%S%z").timestamp()

def ecdsa(curve, key, digest, signature):
    p, b, n, base = curve
    size = (p.bit_length() + 7) // 8
    x, y = int.from_bytes(key[1:1 + size], "big"), int.from_bytes(key[1 + size:], "big")
    r, s = (int.from_bytes(one[1], "big") for one in within(signature))
    if key[0] != 4 or len(key) != 1 + 2 * size or max(x, y) >= p or (y * y - x ** 3 + 3 * x - b) % p:
        return False
    if not (0 < r < n and 0 < s < n):
        return False
    def add(one, two):
        if one is None or two is None:
            return one or two
        if one[0] == two[0] and (one[1] + two[1]) % p == 0:
            return None
        slope = ((3 * one[0] ** 2 - 3) * pow(2 * one[1], p - 2, p) if one == two
                 else (two[1] - one[1]) * pow(two[0] - one[0], p - 2, p))
        third = (slope ** 2 - one[0] - two[0]) % p
        return third, (slope * (one[0] - third) - one[1]) % p
    def multiple(k, of):
        sum_ = None
        while k:
            sum_ = add(sum_, of) if k & 1 else sum_
            of, k = add(of, of), k >> 1
        return sum_
    e = int.from_bytes(digest, "big") >> max(0, 8 * len(digest) - n.bit_length())
    w = pow(s, n - 2, n)
    at = add(multiple(e * w % n, base), multiple(r * w % n, (x, y)))
    return at is not None and at[0] % n == r

def signed(spki, algorithm, hash_name, message, signature):
    (kind, key), named = (within(spki), SIGNATURES.get(algorithm))
    kind, digest = within(kind[2]), None
    if named is None and algorithm in (RSA, EC):         # CMS may name the hash elsewhere
        named = (algorithm, hash_name)
    if named is None or named[1] is None or kind[0][1] != named[0]:
        raise Fault("is signed by an algorithm that is not checked here: ask openssl ts -verify")
    digest, raw = hashlib.new(named[1], message).digest(), key[1][1:]
    if named[0] == EC:
        if kind[1][1] not in CURVES:
            raise Fault("is signed on a curve that is not checked here: ask openssl ts -verify")
        return ecdsa(CURVES[kind[1][1]], raw, digest, signature)
    n, e = (int.from_bytes(one[1], "big") for one in within(raw))
    size, code = (n.bit_length() + 7) // 8, [c for c, h in HASHES.items() if h == named[1]][0]
    info = b"\x06" + bytes([len(code)]) + code + b"\x05\0"
    tail = b"\x30" + bytes([len(info)]) + info + b"\x04" + bytes([len(digest)]) + digest
    tail = b"\0\x30" + bytes([len(tail)]) + tail         # RFC 8017 section 9.2
    if not 2048 <= n.bit_length() <= 16384 or e.bit_length() > 64 or len(signature) != size or len(tail) + 10 > size:
        return False
    return pow(int.from_bytes(signature, "big"), e, n).to_bytes(size, "big") == b"\0\1".ljust(size - len(tail), b"\xff") + tail

MOST_CHECKS = 32                                         # of signatures, on the way to an anchor

class Certificate:
    def __init__(self, raw):
        self.raw = raw
        (_, _, self.tbs), algorithm, (_, bits, _) = within(raw)
        self.algorithm, self.signature = within(algorithm[2])[0][1], bits[1:]
        fields = within(self.tbs)
        fields = fields[1:] if fields[0][0] == 0xa0 else fields
        self.serial, self.issuer, self.subject, self.spki = fields[0][1], fields[2][2], fields[4][2], fields[5][2]
        self.begin, self.end = (moment(one) for one in within(fields[3][2]))
        self.extensions = {}
        for tag, content, _ in fields[6:]:
            if tag == 0xa3:
                for one in within(content):
                    parts = within(one[2])
                    self.extensions[parts[0][1]] = (parts[-1][1], len(parts) == 3 and parts[1][1] == b"\xff")

    def name(self):
        said = [pair[1][1] for rdn in within(self.subject) for pair in [within(within(rdn[2], 0x31)[0][2])]]
        return said[-1].decode("utf-8", "replace") if said else "nobody"

    def stamps(self):                                    # RFC 3161 section 2.3
        return self.extensions.get(oid("2.5.29.37")) == (b"\x30\x0a\x06\x08" + oid("1.3.6.1.5.5.7.3.8"), True)

    def certifies(self, below):                          # with so many certificates of authorities below it
        constraints = within(self.extensions.get(oid("2.5.29.19"), (b"\x30\0", False))[0])
        usage = self.extensions.get(oid("2.5.29.15"))
        bits = der(usage[0])[0][1] if usage else b"\0\x04"
        longest = int.from_bytes(constraints[1][1], "big") if len(constraints) > 1 else below
        return bool(constraints) and constraints[0][1] == b"\xff" and below <= longest and len(bits) > 1 and bits[1] & 4

    def understood(self):                                # else a critical extension says something that is not looked at
        known = {oid("2.5.29." + n) for n in ("15", "19", "37", "32", "14", "35")}
        return all(name in known for name, (_, critical) in self.extensions.items() if critical)

def path(certificate, others, anchors, at):              # does it end at an anchor? The shortest ways first, each once
    reached, seen, checks, odd = [(certificate, 0)], {certificate.raw}, 0, None
    for one, below in reached:
        if not one.begin <= at <= one.end or not one.understood() or below > 6:
            continue
        if any(one.raw == anchor.raw for anchor in anchors):
            return True
        for above in anchors + others:
            if above.subject != one.issuer or above.raw in seen:
                continue
            if checks == MOST_CHECKS:
                raise Fault("holds certificates that take more than %d checks of a signature" % MOST_CHECKS)
            checks += 1
            try:
                if not above.certifies(below) or not signed(
                        above.spki, one.algorithm, None, one.tbs, one.signature):
                    continue
            except BROKEN as fault:                      # another one of that name may do
                odd = fault if isinstance(fault, Fault) else odd
                continue
            if above in anchors:
                return True
            seen.add(above.raw)
            reached.append((above, below + 1))
    if odd:
        raise odd
    return False

def stamped(raw, text, anchors):                         # seconds and who; a Fault where the stamp does not hold
    head, blank, noted = raw.partition(b"\n\n")
    lines = head.decode("ascii").split("\n")
    if not blank or len(lines) != 2 or lines[0] != "sluice-timestamped/v1" or note(noted)[0] != text:
        raise Fault("is no time stamp of the pack's checkpoint")
    content = within(b64(lines[1], "its token"))
    if content[0][1] != oid("1.2.840.113549.1.7.2"):
        raise Fault("holds no signed data")
    data = within(within(content[1][2], 0xa0)[0][2])
    kind, inner = within(data[2][2])
    info_raw = within(inner[2], 0xa0)[0][1]
    if kind[1] != oid("1.2.840.113549.1.9.16.1.4"):
        raise Fault("holds no time stamp")
    info = within(info_raw)
    imprint = within(info[2][2])
    hash_name = HASHES.get(within(imprint[0][2])[0][1])
    if hash_name is None or hashlib.new(hash_name, text.encode()).digest() != imprint[1][1]:
        raise Fault("is not over this checkpoint")
    at = moment(info[4])
    certificates = [Certificate(one[2]) for tag, inside, _ in data[3:] if tag == 0xa0
                    for one in der(inside) if one[0] == 0x30]
    signers = within(data[-1][2], 0x31)
    if len(signers) != 1:
        raise Fault("is signed by more than one")
    signer = within(signers[0][2])
    own = [c for c in certificates
           if signer[1][2] == c_id(c) or signer[1][1] == c.extensions.get(oid("2.5.29.14"), (b"", False))[0][2:]]
    if len(own) != 1 or signer[3][0] != 0xa0:
        raise Fault("does not hold its signer's certificate")
    digest = HASHES.get(within(signer[2][2])[0][1])
    attributes = {}
    for one in der(signer[3][1]):
        name, values = within(one[2])
        if name[1] in attributes:
            raise Fault("has a signed attribute twice")
        attributes[name[1]] = within(values[2], 0x31)[0]
    if digest is None or attributes[oid("1.2.840.113549.1.9.3")][1] != kind[1] \
            or attributes[oid("1.2.840.113549.1.9.4")][1] != hashlib.new(digest, info_raw).digest():
        raise Fault("is signed over something else")
    if not bound(attributes, own[0]):                    # RFC 5816: it names its certificate
        raise Fault("names another certificate than its signer's")
    if not signed(own[0].spki, within(signer[4][2])[0][1], digest, b"\x31" + signer[3][2][1:], signer[5][1]):
        raise Fault("has a signature that is not valid")
    if not own[0].stamps():
        raise Fault("is signed by %s, which is not for time stamping alone" % own[0].name())
    if not path(own[0], certificates, anchors, at):
        raise Fault("is signed by %s, which no certificate that was given vouched for at that time" % own[0].name())
    return at, own[0].name()

def c_id(certificate):                                   # issuer and serial number
    inside = certificate.issuer + b"\x02" + bytes([len(certificate.serial)]) + certificate.serial
    size = bytes([len(inside)]) if len(inside) < 128 else \
        bytes([128 | (len(inside).bit_length() + 7) // 8]) + len(inside).to_bytes((len(inside).bit_length() + 7) // 8, "big")
    return b"\x30" + size + inside

def bound(attributes, certificate):
    second = attributes.get(oid("1.2.840.113549.1.9.16.2.47"))
    first = attributes.get(oid("1.2.840.113549.1.9.16.2.12"))
    if second is None and first is None:
        return False
    parts = within(within(within((second or first)[2])[0][2])[0][2])
    name = HASHES.get(within(parts[0][2])[0][1]) if parts[0][0] == 0x30 else "sha256" if second else "sha1"
    said = parts[1][1] if parts[0][0] == 0x30 else parts[0][1]
    return name is not None and hashlib.new(name, certificate.raw).digest() == said

def anchors_of(file):
    with open(file, encoding="ascii", errors="replace") as pem:
        found = re.findall("-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", pem.read(), re.S)
    if not found:
        raise Fault("%s holds no certificate in PEM" % file)
    return [Certificate(base64.b64decode("".join(one.split()))) for one in found]

# ---- the tree ----
def leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()

def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()

def included(entry, index, size, path, root):            # RFC 9162 section 2.1.3.2
    if index >= size:
        return False
    n, last, h = index, size - 1, leaf(entry)
    for sibling in path:
        if last == 0:
            return False
        if n & 1 or n == last:
            h = node(sibling, h)
            while not n & 1 and n:
                n, last = n >> 1, last >> 1
        else:
            h = node(h, sibling)
        n, last = n >> 1, last >> 1
    return last == 0 and h == root

def proof(raw):                                          # index, path, checkpoint
    head, blank, signed = raw.partition(b"\n\n")
    lines = head.decode("utf-8").split("\n")
    if not blank or len(lines) < 2 or lines[0] != "c2sp.org/tlog-proof@v1":
        raise Fault("is no tlog-proof")
    index = re.fullmatch("index (0|[1-9][0-9]{0,18})", lines[1])
    if not index:
        raise Fault("has no index")
    path = [b64(line, "a hash") for line in lines[2:]]
    if any(len(one) != 32 for one in path):
        raise Fault("has a hash that has not 32 bytes")
    return int(index.group(1)), path, signed

# ---- the pack ----
ENTRY = re.compile(r"entries/(0|[1-9][0-9]{0,17})\.json")
PROOF = re.compile(r"proofs/(0|[1-9][0-9]{0,17})\.tlog-proof")
NAMED = re.compile(r"(?:bundles/([0-9a-f]{64})|plans/([0-9a-f]{64})\.json"
                   r"|(?:approvals/[0-9a-f]{64}|activations/[1-9][0-9]{0,17})/([0-9a-f]{64})\.json)")
ONCE = {"README.md", "verify.py", "pack.json", "checkpoint", "checkpoint.timestamped", "keys/log.vkey", "keys/witnesses.vkey"}
BROKEN = (Fault, OSError, ValueError, TypeError, KeyError, AttributeError, IndexError, EOFError, RuntimeError, struct.error,
          zipfile.BadZipFile)                            # of whatever a stranger wrote into a file; RuntimeError: nested too deep

def most(name):                                          # bytes that a file of this name may have
    if ENTRY.fullmatch(name):
        return 65535
    if PROOF.fullmatch(name):
        return 1_200_000
    if name == "checkpoint":
        return 1_000_000
    if name == "checkpoint.timestamped":
        return 64 << 10
    return 1 << 20 if name in ONCE else 64 << 20

def say(text):                                           # what the pack says never reaches the terminal as it is
    print("".join(c if " " <= c <= "~" else "\\x%02x" % ord(c) for c in text))

def once(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members

def opened(file):
    pack = zipfile.ZipFile(file)
    names, total = [], 0
    for one in pack.infolist():
        if not (one.filename in ONCE or any(p.fullmatch(one.filename) for p in (ENTRY, PROOF, NAMED))):
            raise Fault("a pack has no file of the name %r" % one.filename)
        if one.compress_type != zipfile.ZIP_STORED or one.flag_bits & 1 or one.file_size != one.compress_size:
            raise Fault("%s is not stored as it is" % one.filename)
        if one.file_size > most(one.filename):
            raise Fault("%s is too long" % one.filename)
        total += one.file_size
        names.append(one.filename)
    if len(set(names)) != len(names) or total > os.path.getsize(file):
        raise Fault("a file stands twice in it, or it is longer than it can be")
    for needed in sorted(ONCE - {"keys/witnesses.vkey", "checkpoint.timestamped"}):
        if needed not in names:
            raise Fault("the pack has no " + needed)
    return pack, names

def listed(value):
    return value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []

def digest(value):
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None

def cite(entry, bundles, plans, activations, pairs):
    detail = entry.get("detail")
    detail = detail if isinstance(detail, dict) else {}
    for policy in (entry.get("policy"), detail.get("policy"), detail, detail.get("canary")):
        if isinstance(policy, dict):
            numbers = [n for n in (policy.get("activation"), policy.get("applied")) if type(n) is int and n > 0]
            activations.update(numbers)
            if digest(policy.get("bundle")):
                bundles.add(policy["bundle"])
                if numbers:                              # what was applied decided, else what was stamped
                    pairs.add((numbers[-1], policy["bundle"]))
    for recipient in listed(entry.get("recipients")):
        if isinstance(recipient, dict) and digest(recipient.get("plan")):
            plans.add(recipient["plan"])

def entries(pack, names, size, root, note_bytes, cited):
    count, there, faults = 0, set(names), []
    for name in names:
        match = PROOF.fullmatch(name)
        if match and "entries/%s.json" % match.group(1) not in there:
            faults.append(name + ": the entry that it proves is not in the pack")
        match = ENTRY.fullmatch(name)
        if not match:
            continue
        count += 1
        try:
            raw, index = pack.read(name), int(match.group(1))
            entry = json.loads(raw.decode("utf-8"), object_pairs_hook=once)
            if not isinstance(entry, dict):
                raise Fault("is no entry")
            cite(entry, *cited)
            if "proofs/%d.tlog-proof" % index not in there:
                raise Fault("its proof is not in the pack")
            said, path, under = proof(pack.read("proofs/%d.tlog-proof" % index))
            if said != index or under != note_bytes:
                raise Fault("its proof is of another place, or under another checkpoint than the pack's")
            if not included(raw, index, size, path, root):
                raise Fault("these bytes are not entry %d of the tree that was signed" % index)
        except BROKEN as fault:
            faults.append("%s: %s" % (name, fault))
    if count == 0:
        faults.append("it holds no entry")
    return count, faults

def brought(raw, number):                                # bundles that an activation of this number names
    try:
        said = json.loads(raw.decode("utf-8"), object_pairs_hook=once)
        if not isinstance(said, dict) or type(said.get("activation")) is not int or said["activation"] != number:
            return set()
        rollout = said.get("rollout")
        rollout = rollout if isinstance(rollout, dict) else {}
        named = [said] + [rollout.get(one) for one in ("canary", "shadow", "returned")]
        return {one["bundle"] for one in named if isinstance(one, dict) and digest(one.get("bundle"))}
    except BROKEN:
        return set()

def policies(pack, names, bundles, plans, activations, pairs):
    faults = ["bundles/%s: is cited and not in the pack" % b for b in sorted(bundles) if "bundles/" + b not in names]
    faults += ["plans/%s.json: is cited and not in the pack" % p
               for p in sorted(plans) if "plans/%s.json" % p not in names]
    faults += ["activations/%d: is cited and not in the pack" % a for a in sorted(activations)
               if not any(n.startswith("activations/%d/" % a) for n in names)]
    for number, bundle in sorted(pairs):
        files = [n for n in names if n.startswith("activations/%d/" % number)]
        if files and not any(bundle in brought(pack.read(n), number) for n in files):
            faults.append("activations/%d: does not name the bundle %s, which entries say decided under it"
                          % (number, bundle))
    for name in names:
        match = NAMED.fullmatch(name)
        if not match:
            continue
        if hashlib.sha256(pack.read(name)).hexdigest() != next(g for g in match.groups() if g):
            faults.append(name + ": its content does not have the digest that is its name")
        folder, what = name.split("/")[0], name.split("/")[1].replace(".json", "")
        if what not in {"plans": plans, "activations": {str(a) for a in activations}}.get(folder, bundles):
            faults.append(name + ": no entry of the pack cites it")
    return faults

def witnessed(given, quorum, text, signatures):
    witnesses = {}
    for key in given:
        witnesses.setdefault(key[0], []).append(key)
    seen, lines, faults = 0, [], []
    for name, keys in sorted(witnesses.items()):
        here = [key for key in keys if key[2] == 4]
        if len(here) < len(keys):
            lines.append("note: the ML-DSA-44 key of %s is not asked here" % name)
        try:
            time = cosigned(here, text, signatures)
            if time is not None and future(time):
                lines.append("note: the cosignature of %s is of the future" % name)
            elif time is not None:
                seen += 1
                lines.append("           by %s at %s" % (
                    name, datetime.datetime.fromtimestamp(time, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")))
        except Fault as fault:
            faults.append(str(fault))
    wanted = len(witnesses) if quorum is None else quorum
    if seen < wanted:
        faults.append("the checkpoint bears the cosignatures of %d witnesses, and %d are asked for" % (seen, wanted))
    return lines, faults

def future(seconds):                                     # with room for clocks that differ
    return seconds > datetime.datetime.now(datetime.timezone.utc).timestamp() + 300

def lines_of(file):
    with open(file, encoding="utf-8") as text:
        return [line for line in text.read().split("\n") if line.strip()]

def main():
    arguments = argparse.ArgumentParser(description="Verifies a Sluice evidence pack, offline.")
    arguments.add_argument("pack")
    arguments.add_argument("--key", help="the log's public key that you hold")
    arguments.add_argument("--witness", action="append", default=[], help="a file of keys of witnesses that you believe")
    arguments.add_argument("--quorum", type=int, help="how many of them must have cosigned; default: all")
    arguments.add_argument("--tsa-cert", help="certificates (PEM) at which that of the time stamping authority must end")
    given = arguments.parse_args()
    if given.quorum is not None and (given.quorum < 1 or not given.witness):
        arguments.error("--quorum is at least 1 and needs --witness")
    try:
        pack, names = opened(given.pack)
        own = vkey(pack.read("keys/log.vkey").decode("utf-8"))
        key = vkey(lines_of(given.key)[0]) if given.key else own
        note_bytes = pack.read("checkpoint")
        text, signatures = note(note_bytes)
        origin, size, root = checkpoint(text)
        faults = []
        if key != own:
            faults.append("keys/log.vkey: is not the key that was given")
        try:
            signed_by_log(key, text, signatures)
        except Fault as fault:
            faults.append("checkpoint: %s" % fault)
        cited = (set(), set(), set(), set())
        count, wrong = entries(pack, names, size, root, note_bytes, cited)
        faults += wrong
        said = json.loads(pack.read("pack.json").decode("utf-8"), object_pairs_hook=once)
        if said.get("format") != "sluice-evidence-pack/v1":
            raise Fault("pack.json is of another format")
        if (said.get("origin"), said.get("size"), said.get("root"), said.get("entries")) != (
                origin, size, base64.b64encode(root).decode(), count):
            faults.append("pack.json: does not say what the checkpoint and the entries do")
        missing = policies(pack, set(names), *cited)
        believed = [vkey(line) for file in given.witness for line in lines_of(file)]
        shown, absent = witnessed(believed, given.quorum, text, signatures) if believed else ([], [])
        anchors = anchors_of(given.tsa_cert) if given.tsa_cert else []
        stamp, unstamped = "not asked", []
        if anchors:
            try:
                if "checkpoint.timestamped" not in names:
                    raise Fault("is not in the pack")
                at, who = stamped(pack.read("checkpoint.timestamped"), text, anchors)
                stamp = "holds, it was there at %s by the word of %s" % (
                    datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), who)
                if future(at):
                    shown.append("note: the time stamp is of the future")
            except BROKEN as fault:
                stamp = "fails"
                unstamped.append("checkpoint.timestamped: %s" % (fault if isinstance(fault, Fault) else "is no time stamp"))
    except BROKEN as fault:
        say("the pack cannot be verified: %s" % fault)
        return 1
    say("pack       %d entries of %s, under its checkpoint of %d" % (count, origin, size))
    say("intact     " + ("fails" if faults else "holds"))
    say("policies   " + ("fails" if missing else "holds"))
    say("complete   not asked: a pack is a selection; ask the whole log")
    say("witnessed  " + ("not asked" if not believed else "fails" if absent else "holds"))
    say("stamped    " + stamp)
    if not anchors and "checkpoint.timestamped" in names:
        say("the pack holds a time stamp that was not checked; give --tsa-cert, the authority's root, to check it")
    if not given.key:
        say("the key was taken from the pack itself; give the one you hold to know who signed")
    for line in shown + faults + missing + absent + unstamped:
        say(line)
    return 1 if faults or missing or absent or unstamped else 0

if __name__ == "__main__":
    sys.exit(main())
