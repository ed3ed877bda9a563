package io.sluice.audit.log;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A disk that is full now and then: what is being written stays torn, an exception says so, and the process lives on. */
final class FullDiskStore implements LogStore {
    private final LogStore disk;
    private final Random random;
    private int fullOneIn;
    private long faults;

    FullDiskStore(LogStore disk, Random random, int fullOneIn) {
        this.disk = disk;
        this.random = random;
        this.fullOneIn = fullOneIn;
    }

    /** How often it was full. */
    long faults() {
        return faults;
    }

    /** Somebody made room, for good. */
    void makeRoom() {
        fullOneIn = Integer.MAX_VALUE;
    }

    @Override
    public Optional<byte[]> read(String path) {
        return disk.read(path);
    }

    @Override
    public void putAll(List<StoredFile> files) {
        if (!isFull()) {
            disk.putAll(files);
            return;
        }
        List<StoredFile> some = new ArrayList<>();
        for (StoredFile file : files.subList(0, random.nextInt(files.size() + 1))) {
            some.add(random.nextBoolean() ? file : new StoredFile(file.path(), torn(file.bytes())));
        }
        disk.putAll(some);
        throw full();
    }

    @Override
    public void append(String path, byte[] bytes) {
        boolean full = isFull();
        disk.append(path, full ? torn(bytes) : bytes);
        if (full) {
            throw full();
        }
    }

    @Override
    public void replace(String path, byte[] bytes) {
        if (isFull()) {
            disk.putAll(List.of(new StoredFile(path + LogFiles.NEW_SUFFIX, torn(bytes))));
            throw full();
        }
        disk.replace(path, bytes);
    }

    @Override
    public void delete(String path) {
        disk.delete(path);
    }

    @Override
    public List<String> list(String folder) {
        return disk.list(folder);
    }

    @Override
    public void close() {
        disk.close();
    }

    private boolean isFull() {
        return random.nextInt(fullOneIn) == 0;
    }

    private byte[] torn(byte[] bytes) {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
    }

    private LogException full() {
        faults++;
        return new LogException(LogException.Fault.IO, "No space left on device");
    }
}
