package io.sluice.audit.log;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The in-memory twin of {@link FileLogStore}, with a failpoint before and after every write, sync, rename and delete.
 * What was not synced may be lost, torn or kept when the power fails.
 */
public final class CrashingLogStore implements LogStore {
    /** Thrown where the process "dies". */
    public static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Crash() {
            super("crash");
        }
    }

    private final TreeMap<String, byte[]> files;

    /** Paths whose state is not durable, with what was durable before (null: no file). */
    private final Map<String, byte @Nullable []> unsynced = new HashMap<>();

    private final List<byte[]> seenCheckpoints;
    private final Random random;
    private long stepsLeft;

    private CrashingLogStore(TreeMap<String, byte[]> files, List<byte[]> seen, Random random, long steps) {
        this.files = files;
        this.seenCheckpoints = seen;
        this.random = random;
        this.stepsLeft = steps;
    }

    /** An empty disk whose process dies after {@code steps} effects. */
    public static CrashingLogStore empty(Random random, long steps) {
        return new CrashingLogStore(new TreeMap<>(), new ArrayList<>(), random, steps);
    }

    /** The disk as the next process finds it: after kill -9 all effects are there, after a power cut perhaps not. */
    public CrashingLogStore afterCrash(boolean powerCut, long steps) {
        TreeMap<String, byte[]> found = new TreeMap<>(files);
        if (powerCut) {
            unsynced.forEach((path, before) -> survive(found, path, before));
        }
        return new CrashingLogStore(found, seenCheckpoints, random, steps);
    }

    /** Every checkpoint that a client could have read at any time. */
    public List<byte[]> seenCheckpoints() {
        return seenCheckpoints;
    }

    /** All paths. */
    public List<String> paths() {
        return List.copyOf(files.keySet());
    }

    @Override
    public Optional<byte[]> read(String path) {
        return Optional.ofNullable(files.get(path));
    }

    @Override
    public void putAll(List<StoredFile> puts) {
        puts.forEach(put -> step(() -> change(put.path(), put.bytes())));
        puts.forEach(put -> step(() -> unsynced.remove(put.path())));
    }

    @Override
    public void append(String path, byte[] bytes) {
        byte[] before = files.get(path);
        if (before == null) {
            throw new AssertionError(path + " is not there to append to");
        }
        byte[] after = Arrays.copyOf(before, before.length + bytes.length);
        System.arraycopy(bytes, 0, after, before.length, bytes.length);
        step(() -> change(path, after));
        step(() -> unsynced.remove(path));
    }

    @Override
    public void replace(String path, byte[] bytes) {
        String prepared = path + LogFiles.NEW_SUFFIX;
        step(() -> change(prepared, bytes));
        step(() -> unsynced.remove(prepared));
        step(() -> {
            files.remove(prepared);
            change(path, bytes);
            renamed.add(path);
            if (path.equals(LogFiles.CHECKPOINT)) {
                seenCheckpoints.add(bytes);
            }
        });
        step(() -> {
            unsynced.remove(path);
            renamed.remove(path);
        });
    }

    @Override
    public void delete(String path) {
        if (files.containsKey(path)) {
            step(() -> {
                unsynced.putIfAbsent(path, files.get(path));
                files.remove(path);
            });
        }
    }

    @Override
    public List<String> list(String folder) {
        return files.keySet().stream()
                .filter(path -> path.startsWith(folder + "/"))
                .map(path -> path.substring(folder.length() + 1).split("/")[0])
                .distinct()
                .toList();
    }

    @Override
    public void close() {}

    /** Renamed but not synced: never torn. */
    private final List<String> renamed = new ArrayList<>();

    private void change(String path, byte[] bytes) {
        if (!unsynced.containsKey(path)) {
            unsynced.put(path, files.get(path));
        }
        files.put(path, bytes);
    }

    private void step(Runnable effect) {
        if (stepsLeft-- > 0) {
            effect.run();
            return;
        }
        stepsLeft = 0;
        if (random.nextBoolean()) {
            effect.run(); // failed, but persisted
        }
        throw new Crash();
    }

    private void survive(TreeMap<String, byte[]> found, String path, byte @Nullable [] before) {
        byte[] now = files.get(path);
        int fate = random.nextInt(renamed.contains(path) || now == null ? 2 : 3);
        if (fate == 0) {
            put(found, path, before);
        } else if (fate == 2 && now != null) {
            int kept = before != null && before.length < now.length && path.equals(LogFiles.OFFSETS)
                    ? before.length + random.nextInt(now.length - before.length + 1)
                    : random.nextInt(now.length + 1);
            found.put(path, Arrays.copyOf(now, kept));
        }
    }

    private static void put(TreeMap<String, byte[]> found, String path, byte @Nullable [] bytes) {
        if (bytes == null) {
            found.remove(path);
        } else {
            found.put(path, bytes);
        }
    }
}
