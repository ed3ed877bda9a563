"""A reader of SF1 (sf1.md) that shares no code with Sluice. Needs Python 3.8 and the package `cryptography`.

    python3 sf1_reader.py VECTORS.json ...      opens every golden vector, and refuses those that say so
"""
import base64, hashlib, hmac, json, re, struct, sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import cmac, hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Refused(Exception): """AUTH_FAILED."""


def require(condition):
    if not condition:
        raise Refused()


def lp(text):
    return struct.pack(">H", len(text.encode())) + text.encode()


def mac(key, message):
    state = cmac.CMAC(algorithms.AES(key))
    state.update(message)
    return state.finalize()


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def open_xaes(key, sealed, associated):  # C2SP XAES-256-GCM
    subkey = b"".join(mac(key, bytes([0, i]) + b"X\0" + sealed[:12]) for i in (1, 2))
    try:
        return AESGCM(subkey).decrypt(sealed[12:24], sealed[24:], associated)
    except InvalidTag:
        raise Refused()


def open_xaes_kc(key, sealed, associated):  # with the key commitment of AWS-LC
    commitment = b"".join(mac(key, b"XCMT" + sealed[:24] + bytes([0, 1, 0, i])) for i in (1, 2))
    require(hmac.compare_digest(commitment, sealed[-32:]))
    return open_xaes(key, sealed[:-32], associated)


def double(block):
    number = int.from_bytes(block, "big")
    return (number << 1 & (1 << 128) - 1 ^ (0x87 if number >> 127 else 0)).to_bytes(16, "big")


def open_siv(key, sealed, associated):  # RFC 5297 with one part of associated data
    keys = HKDF(algorithm=hashes.SHA256(), length=64, salt=None, info=b"sf1 aes-siv").derive(key)
    counter = bytearray(sealed[:16])
    counter[8] &= 0x7F
    counter[12] &= 0x7F
    plain = Cipher(algorithms.AES(keys[32:]), modes.CTR(bytes(counter))).decryptor().update(sealed[16:])
    d = xor(double(mac(keys[:32], bytes(16))), mac(keys[:32], associated))
    short = xor(double(d), (plain + b"\x80" + bytes(16))[:16])
    last = short if len(plain) < 16 else plain[:-16] + xor(plain[-16:], d)
    require(hmac.compare_digest(mac(keys[:32], last), sealed[:16]))
    return plain


def open_sf1(text, key, name, tenant, dataset, subject, record, path, purpose):
    require(re.fullmatch(r"sf1\.[A-Za-z0-9_-]+", text))
    body = base64.urlsafe_b64decode(text[4:] + "=" * (-len(text[4:]) % 4))
    require("sf1." + base64.urlsafe_b64encode(body).decode().rstrip("=") == text)
    least = {1: 39 + 16, 2: 39 + 48, 3: 15 + 16}
    require(len(body) > 15 and body[0] == 0x51 and body[1] in least and len(body) >= least[body[1]])
    suite, flags, binding = body[1], body[2], body[2] & 3
    require(binding < 3 and flags < 0x40 and flags >> 2 & 7 < 6 and not (suite == 3 and binding == 0))
    require(body[3:15] == hashlib.sha256(lp("sf1 key") + lp(tenant) + lp(name) + lp("1")).digest()[:12])
    if suite == 3:
        path = re.sub(r"/(0|[1-9][0-9]*)(?=/|\Z)", "/*", path)
    associated = (b"sf1" + body[1:3] + lp(tenant) + lp(dataset) + lp(subject if binding < 2 else "")
                  + lp(record if binding < 1 else "") + lp(path) + lp(purpose))
    plain = (open_xaes, open_xaes_kc, open_siv)[suite - 1](key, body[15:], associated)
    if flags & 0x20:
        padded, plain = plain, plain.rstrip(b"\0")
        require(len(padded) % 16 == 0 and plain[-1:] == b"\x80")
        plain = plain[:-1]
    return plain.decode()


count = {True: 0, False: 0}
for vector in [v for file in sys.argv[1:] for v in json.load(open(file, encoding="utf-8"))["vectors"]]:
    place = [vector[p] for p in ("tenant", "dataset", "subjectRef", "recordId", "path", "purpose")]
    try:
        plain = open_sf1(vector["sf1"], bytes.fromhex(vector["key"]), vector["keyName"], *place)
    except Refused:
        plain = None
    count[plain is not None] += 1
    if plain != vector.get("plaintext"):
        sys.exit("differs: " + json.dumps(vector))
print(f"{count[True]} opened, {count[False]} refused")
