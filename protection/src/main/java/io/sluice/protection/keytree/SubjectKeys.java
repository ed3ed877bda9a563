package io.sluice.protection.keytree;

import io.sluice.protection.keys.CustodianPublicKey;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.Keystore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subjects' keys in this JVM, under leases: one registry for all its tasks.
 *
 * <p>Promises: a key is used only while the lease of its tree holds, and never after a newer revision is known; at the end
 * of the lease, at a newer revision and after a pause, what was derived is overwritten before the next answer. Answers are
 * values; whatever the files say, none throws. It does not promise that the JDK's ciphers and the garbage collector keep
 * no copy.
 *
 * <p>Who owns it passes on what the control topic holds, in its order, and calls {@link #tick} every second. What the pinned
 * custodian has not signed changes nothing. Memory is bounded by {@link RegistryLimits}. Safe for several threads.
 */
public final class SubjectKeys implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SubjectKeys.class);

    private final String tenant;
    private final CustodianPublicKey custodian;
    private final Keystore keystore;
    private final TreeFolder folder;
    private final RegistryLimits limits;
    private final Clock clock;
    private final LongSupplier nanoClock;

    /** By epoch, newest first. */
    private final ConcurrentSkipListMap<Integer, LiveTree> trees = new ConcurrentSkipListMap<>((a, b) -> b - a);

    /**
     * @param custodian whose announcements are followed
     * @param keystore the {@code fields} keystore
     * @param nanoClock a monotonic clock: {@code System::nanoTime}
     */
    public SubjectKeys(
            String tenant,
            CustodianPublicKey custodian,
            Keystore keystore,
            TreeFolder folder,
            RegistryLimits limits,
            Clock clock,
            LongSupplier nanoClock) {
        this.tenant = tenant;
        this.custodian = custodian;
        this.keystore = keystore;
        this.folder = folder;
        this.limits = limits;
        this.clock = clock;
        this.nanoClock = nanoClock;
    }

    /**
     * Follows a published announcement: loads the revision, or renews its lease. Answers for any bytes whatever. May wait for
     * the KMS; answers to others do not.
     */
    public Applied accept(byte[] published) {
        try {
            Announcement announcement = SignedAnnouncement.verify(published, custodian);
            if (announcement.tree().tenant().equals(tenant)) {
                return apply(announcement);
            }
            LOG.warn(
                    "key tree announcement of tenant {} refused",
                    announcement.tree().tenant());
        } catch (KeyTreeException e) {
            LOG.warn("key tree announcement refused: {}", e.getMessage());
        }
        return Applied.REFUSED;
    }

    /** Follows an announcement whose signature was verified. */
    Applied apply(Announcement announcement) {
        return tree(announcement.tree()).apply(announcement);
    }

    /** The highest revision of each tree that is known to exist: what a checkpoint keeps for {@link #requireAtLeast}. */
    public Map<TreeId, Long> seen() {
        Map<TreeId, Long> seen = new TreeMap<>(java.util.Comparator.comparingInt(TreeId::epoch));
        trees.values().forEach(tree -> seen.put(tree.id(), tree.seen()));
        return seen;
    }

    /** Says that a revision exists, as the audit log or a checkpoint knows: no older one is used from now on. */
    public void requireAtLeast(TreeId tree, long revision) {
        tree(tree).requireAtLeast(revision);
    }

    /** The key to protect a value of these subjects with: newest epoch, generations in force. */
    public KeyAnswer current(Owners owners) {
        Map.Entry<Integer, LiveTree> newest = trees.firstEntry();
        return newest == null
                ? KeyAnswer.Refused.KEY_UNAVAILABLE
                : newest.getValue().current(owners);
    }

    /** The key of that id, to open a value of these subjects with. */
    public KeyAnswer named(Owners owners, KeyId id) {
        boolean all = !trees.isEmpty();
        for (LiveTree tree : trees.values()) {
            @Nullable KeyAnswer answer = tree.named(owners, id);
            if (answer != null && answer != KeyAnswer.Refused.KEY_UNAVAILABLE) {
                return answer;
            }
            all &= answer == null;
        }
        return all ? KeyAnswer.Refused.UNKNOWN_KEY : KeyAnswer.Refused.KEY_UNAVAILABLE;
    }

    /**
     * The keys in force of these subjects in every epoch, newest first: whoever finds nothing under one of them knows that
     * there is nothing. Empty where a tree that is known gives none now.
     */
    public List<LeasedKey> everyEpoch(Owners owners) {
        List<LeasedKey> keys = new ArrayList<>();
        for (LiveTree tree : trees.values()) {
            KeyAnswer answer = tree.current(owners);
            if (answer instanceof LeasedKey key) {
                keys.add(key);
            } else if (answer == KeyAnswer.Refused.KEY_UNAVAILABLE || keys.isEmpty()) {
                return List.of();
            }
        }
        return keys;
    }

    /** Says that the JVM is running, and overwrites what outlived its time. */
    public void tick() {
        trees.values().forEach(LiveTree::tick);
    }

    /** Overwrites all keys. What is announced afterwards is loaded anew. */
    @Override
    public void close() {
        trees.values().forEach(LiveTree::wipe);
    }

    private LiveTree tree(TreeId tree) {
        if (!tree.tenant().equals(tenant)) {
            throw new IllegalArgumentException("tree " + tree + " is not of tenant " + tenant);
        }
        return trees.computeIfAbsent(
                tree.epoch(), epoch -> new LiveTree(tree, keystore, folder, limits, clock, nanoClock));
    }
}
