#!/usr/bin/env python3
"""A reader of key-tree.md in Python's standard library: python3 key-tree.py vectors.json

Derives each vector anew from the root or the store key, and says which one differs. What takes AES (sealed shards)
is left to XAES-256-GCM libraries, the signature (RFC 8032) to Ed25519 libraries.
"""
import hashlib, hmac, json, struct, sys

DEPTH, SHARD_BITS = 128, 12

def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()

def expand(key, info):                                   # HKDF-Expand (RFC 5869), one block
    return mac(key, info + b"\x01")

def lp(data):
    data = data.encode() if isinstance(data, str) else data
    return struct.pack(">H", len(data)) + data

def index(index_key, tenant, subject, generation):       # the leaf's path, as a number of 128 bits
    message = lp("sluice-subject-index") + b"\x01" + lp(tenant) + lp(subject) + struct.pack(">I", generation)
    return int.from_bytes(mac(index_key, message)[:16], "big")

def bit(leaf, position):
    return leaf >> (DEPTH - 1 - position) & 1

def child(seed, b):
    return expand(seed, b"sluice key tree node %d" % b)

def node(root, prefix, depth):                           # the seed of the node that the first `depth` bits lead to
    for position in range(depth):
        root = child(root, bit(prefix, position))
    return root

def subject_key(root, leaf):
    return expand(node(root, leaf, DEPTH), b"sluice subject key")

def joint_key(keys, subjects, generations):
    info = lp("sluice joint key") + b"\x01" + bytes([len(keys)])
    info += b"".join(lp(s) + struct.pack(">I", g) for s, g in zip(subjects, generations))
    total = 0
    for key in keys:
        total ^= int.from_bytes(expand(key, info), "big")
    return total.to_bytes(32, "big")

def key_id(tenant, name, version):
    return hashlib.sha256(lp("sf1 key") + lp(tenant) + lp(name) + lp(str(version))).digest()[:12]

def cover(root, prefix, depth, punctured):               # the highest nodes without a punctured leaf, left to right
    if not punctured:
        return [node(root, prefix, depth)]
    if depth == DEPTH:
        return []
    half = 1 << (DEPTH - 1 - depth)
    return (cover(root, prefix, depth + 1, [p for p in punctured if not p & half])
            + cover(root, prefix | half, depth + 1, [p for p in punctured if p & half]))

def state(root, shard, punctured):                       # a shard's state in clear
    seeds = cover(root, shard << (DEPTH - SHARD_BITS), SHARD_BITS, punctured)
    leaves = b"".join(p.to_bytes(16, "big") for p in sorted(punctured))
    return struct.pack(">I", len(punctured)) + leaves + b"".join(seeds)

def binding(form, tenant, epoch, revision):
    return lp(form) + b"\x01" + lp(tenant) + struct.pack(">IQ", epoch, revision)

def manifest(store_key, tenant, epoch, revision, previous, index_id, wrapped, shards):
    body = binding("sluice-key-tree-manifest", tenant, epoch, revision) + lp(previous) + index_id + lp(wrapped)
    body += b"".join(struct.pack(">I", len(s)) + hashlib.sha256(s).digest() for s in shards)
    return body + mac(expand(store_key, b"sluice key tree manifest"), body)

def announcement(tenant, epoch, revision, previous, digest, issued):
    return (binding("sluice-key-tree-announcement", tenant, epoch, revision)
            + lp(previous) + lp(digest) + struct.pack(">Q", issued))

def main(path):
    v = json.load(open(path))
    unhex = bytes.fromhex
    root, tenant, epoch, checks = unhex(v["root"]), v["tenant"], v["epoch"], 0
    def check(name, found, expected):
        nonlocal checks
        checks += 1
        if found.hex() != expected:
            sys.exit("differs: %s: %s, not %s" % (name, found.hex(), expected))
    def leaf_of(subject, generation):
        return index(unhex(v["indexKey"]), tenant, subject, generation)
    for k in v["keys"]:
        leaf = leaf_of(k["subject"], k["generation"])
        check("index", leaf.to_bytes(16, "big"), k["index"])
        check("key", subject_key(root, leaf), k["key"])
        check("id", key_id(tenant, "subject.%d.%s" % (epoch, k["subject"]), k["generation"]), k["id"])
    for j in v["joint"]:
        owners = list(zip(j["subjects"], j["generations"]))
        keys = [subject_key(root, leaf_of(s, g)) for s, g in owners]
        check("joint key", joint_key(keys, j["subjects"], j["generations"]), j["key"])
        name = "subjects.%d" % epoch + "".join(".%s.%d" % o for o in owners)
        check("joint id", key_id(tenant, name, 0), j["id"])
    for s in v["shards"]:
        check("state", state(root, s["shard"], [int(p, 16) for p in s["punctured"]]), s["state"])
    m = v["manifest"]
    made = manifest(unhex(v["storeKey"]), tenant, epoch, m["revision"], unhex(m["previous"]), unhex(m["indexKeyId"]),
                    unhex(m["wrapped"]), [struct.pack(">H", shard) for shard in range(1 << SHARD_BITS)])
    check("manifest", hashlib.sha256(made).digest(), m["sha256"])
    a = v["announcement"]
    check("announcement", announcement(tenant, epoch, a["revision"], unhex(a["previous"]), unhex(a["manifest"]),
                                       a["issued"]), a["bytes"])
    signed = unhex(v["signedAnnouncement"]["bytes"])
    check("signed announcement", lp(unhex(a["bytes"])) + signed[-64:], signed.hex())
    print("%d values agree" % checks)

if __name__ == "__main__":
    main(sys.argv[1])
