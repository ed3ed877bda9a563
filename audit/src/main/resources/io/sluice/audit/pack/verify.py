#!/usr/bin/env python3
"""Verifies a Sluice evidence pack, offline, with Python's standard library alone:

    python3 verify.py PACK.zip [--key log.vkey] [--witness w.vkey]... [--quorum K]

Take this file from somebody you trust, not from the pack that you doubt. Without --key the pack's own key of the log is
used: then the pack agrees with itself, and nothing says who signed. Prints the verdicts, then what is the matter.
Exit code: 0 where nothing fails, 1 where something does, 2 where the command line is wrong.

Formats: RFC 6962/9162 (Merkle tree), C2SP signed-note, tlog-checkpoint, tlog-proof, tlog-cosignature; RFC 8032 (Ed25519).
ML-DSA-44 signatures are not checked here. Nothing is unpacked or written.
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
            if time is not None and time > datetime.datetime.now(datetime.timezone.utc).timestamp() + 300:
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

def lines_of(file):
    with open(file, encoding="utf-8") as text:
        return [line for line in text.read().split("\n") if line.strip()]

def main():
    arguments = argparse.ArgumentParser(description="Verifies a Sluice evidence pack, offline.")
    arguments.add_argument("pack")
    arguments.add_argument("--key", help="the log's public key that you hold")
    arguments.add_argument("--witness", action="append", default=[], help="a file of keys of witnesses that you believe")
    arguments.add_argument("--quorum", type=int, help="how many of them must have cosigned; default: all")
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
    except BROKEN as fault:
        say("the pack cannot be verified: %s" % fault)
        return 1
    say("pack       %d entries of %s, under its checkpoint of %d" % (count, origin, size))
    say("intact     " + ("fails" if faults else "holds"))
    say("policies   " + ("fails" if missing else "holds"))
    say("complete   not asked: a pack is a selection; ask the whole log")
    say("witnessed  " + ("not asked" if not believed else "fails" if absent else "holds"))
    if not given.key:
        say("the key was taken from the pack itself; give the one you hold to know who signed")
    for line in shown + faults + missing + absent:
        say(line)
    return 1 if faults or missing or absent else 0

if __name__ == "__main__":
    sys.exit(main())
