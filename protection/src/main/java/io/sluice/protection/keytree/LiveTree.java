package io.sluice.protection.keytree;

import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.keytree.KeyTreeException.Code;
import java.time.Clock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tree of one epoch in this JVM: how far its announcements were followed, and what is loaded while the lease holds.
 *
 * <pre>
 *   nothing --apply--> in force --lease over, newer one known, fork--> behind (wiped) --apply--> in force
 * </pre>
 *
 * Safe for several threads. Answers take no lock that loading holds.
 */
final class LiveTree {
    private static final Logger LOG = LoggerFactory.getLogger(LiveTree.class);

    private final TreeId tree;
    private final Keystore keystore;
    private final TreeFolder folder;
    private final RegistryLimits limits;
    private final LongSupplier nanoClock;
    private final Lease lease;

    /** Guarded by this: the last announcement that was followed. */
    private @Nullable Announcement head;

    /** The highest revision that is known to exist. Written under this. */
    private volatile long floor;

    /** What answers are made from; null while the tree is unavailable. */
    private volatile @Nullable LoadedTree loaded;

    private volatile boolean failureLogged;

    /** Guarded by this: the refusal to load that the log has; each heartbeat of its revision would tell it again. */
    private @Nullable String refusalLogged;

    LiveTree(
            TreeId tree,
            Keystore keystore,
            TreeFolder folder,
            RegistryLimits limits,
            Clock clock,
            LongSupplier nanoClock) {
        this.tree = tree;
        this.keystore = keystore;
        this.folder = folder;
        this.limits = limits;
        this.nanoClock = nanoClock;
        this.lease = new Lease(limits, clock, nanoClock);
    }

    TreeId id() {
        return tree;
    }

    /** The highest revision that is known to exist; 0 where none is. */
    long seen() {
        return floor;
    }

    synchronized Applied apply(Announcement announced) {
        Announcement before = head;
        if (announced.revision() < (before == null ? floor : before.revision())) {
            return Applied.OLDER;
        }
        if (before != null && announced.revision() > before.revision() + 1) {
            requireAtLeast(announced.revision());
            return Applied.GAP;
        }
        boolean same = before != null && announced.revision() == before.revision();
        if (before != null && !announced.manifest().equals(before.manifest()) && same
                || before != null && !same && !announced.previous().equals(before.manifest())) {
            wipe();
            return Applied.FORK;
        }
        requireAtLeast(announced.revision());
        head = announced;
        if (announced.revision() < floor) {
            return Applied.BEHIND;
        }
        if (!lease.start(announced.issued())) {
            return Applied.EXPIRED;
        }
        if (loaded != null) {
            return Applied.RENEWED;
        }
        return load(announced);
    }

    /** Notes that a revision exists; an older one that is loaded is wiped. */
    synchronized void requireAtLeast(long revision) {
        floor = Math.max(floor, revision);
        if (head != null && head.revision() < floor) {
            wipe();
        }
    }

    KeyAnswer current(Owners owners) {
        LoadedTree now = available();
        try {
            return now == null ? KeyAnswer.Refused.KEY_UNAVAILABLE : now.current(owners);
        } catch (KeyTreeException e) {
            return failed(e);
        }
    }

    /** Null where the id is not of this epoch. */
    @Nullable
    KeyAnswer named(Owners owners, KeyId id) {
        LoadedTree now = available();
        try {
            return now == null ? KeyAnswer.Refused.KEY_UNAVAILABLE : now.named(owners, id);
        } catch (KeyTreeException e) {
            return failed(e);
        }
    }

    void tick() {
        lease.tick();
        LoadedTree now = available();
        if (now != null) {
            now.clean();
        }
    }

    synchronized void wipe() {
        lease.end();
        LoadedTree now = loaded;
        loaded = null;
        if (now != null) {
            now.close();
        }
    }

    private Applied load(Announcement announced) {
        Revision revision = null;
        try {
            revision = Revision.open(folder, tree, announced.revision(), keystore.kms());
            if (!revision.manifest().digest().equals(announced.manifest())
                    || !revision.manifest().previous().equals(announced.previous())) {
                throw new KeyTreeException(
                        Code.FORGED,
                        "the manifest of " + tree + " revision " + announced.revision()
                                + " is not the one that was announced");
            }
            loaded = new LoadedTree(revision, keystore.ring(), limits, nanoClock, () -> available() != null);
            failureLogged = false;
            refusalLogged = null;
            return Applied.APPLIED;
        } catch (KeyTreeException e) {
            String refusal = announced.revision() + " not applied: " + e.code();
            if (!refusal.equals(refusalLogged)) {
                refusalLogged = refusal;
                LOG.error("key tree {} revision {}", tree, refusal, e);
            }
            if (revision != null) {
                revision.destroy();
            }
            lease.end();
            boolean altered = e.code() == Code.FORGED || e.code() == Code.MALFORMED;
            return altered ? Applied.FORGED : Applied.UNAVAILABLE;
        }
    }

    /** What may be used now; wipes it where the lease is over. */
    private @Nullable LoadedTree available() {
        LoadedTree now = loaded;
        if (now != null && !lease.holds()) {
            wipe();
            return null;
        }
        return now;
    }

    private KeyAnswer failed(KeyTreeException e) {
        if (!failureLogged) { // once a revision: records that wait for it would flood the log
            failureLogged = true;
            LOG.error("key tree {} gives no key: {}", tree, e.code(), e);
        }
        return KeyAnswer.Refused.KEY_UNAVAILABLE;
    }
}
