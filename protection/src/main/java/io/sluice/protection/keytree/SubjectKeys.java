package io.sluice.protection.keytree;

import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.Keystore;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The subjects' keys in this JVM, under leases: one registry for all its tasks.
 *
 * <p>Promises: a key is used only while the lease of its tree holds, and never after a newer revision is known; at the end
 * of the lease, at a newer revision and after a pause, what was derived is overwritten before the next answer. Answers are
 * values; whatever the files say, none throws. It does not promise that the JDK's ciphers and the garbage collector keep
 * no copy.
 *
 * <p>Who owns it passes on each announcement whose sender it has verified, in their order, and calls {@link #tick} every
 * second. Memory is bounded by {@link RegistryLimits}. Safe for several threads.
 */
public final class SubjectKeys implements AutoCloseable {
    private final String tenant;
    private final Keystore keystore;
    private final TreeFolder folder;
    private final RegistryLimits limits;
    private final Clock clock;
    private final LongSupplier nanoClock;

    /** By epoch, newest first. */
    private final ConcurrentSkipListMap<Integer, LiveTree> trees = new ConcurrentSkipListMap<>((a, b) -> b - a);

    /**
     * @param keystore the {@code fields} keystore
     * @param nanoClock a monotonic clock: {@code System::nanoTime}
     */
    public SubjectKeys(
            String tenant,
            Keystore keystore,
            TreeFolder folder,
            RegistryLimits limits,
            Clock clock,
            LongSupplier nanoClock) {
        this.tenant = tenant;
        this.keystore = keystore;
        this.folder = folder;
        this.limits = limits;
        this.clock = clock;
        this.nanoClock = nanoClock;
    }

    /**
     * Follows an announcement: loads the revision, or renews its lease. May wait for the KMS; answers to others do not.
     *
     * @throws IllegalArgumentException where it is of another tenant
     */
    public Applied apply(Announcement announcement) {
        return tree(announcement.tree()).apply(announcement);
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
        for (LiveTree tree : trees.values()) {
            @Nullable KeyAnswer answer = tree.named(owners, id);
            if (answer != null && answer != KeyAnswer.Refused.KEY_UNAVAILABLE) {
                return answer;
            }
        }
        return KeyAnswer.Refused.KEY_UNAVAILABLE;
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
