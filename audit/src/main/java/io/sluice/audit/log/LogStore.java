package io.sluice.audit.log;

import java.util.List;

/**
 * Where the writer keeps a log's files. What each method promises about crashes is what the order of writing rests on.
 * Used by one thread; reading is safe for many.
 */
public interface LogStore extends LogSource, AutoCloseable {
    /** A file with all its bytes. */
    record StoredFile(String path, byte[] bytes) {}

    /**
     * Writes whole files, in no order, replacing any of the same path. On return all are durable, as are the folders
     * that lead to them. After a crash each may be there, missing, or torn.
     */
    void putAll(List<StoredFile> files);

    /** Appends to a file that exists; durable on return. After a crash a part of the bytes may be there. */
    void append(String path, byte[] bytes);

    /** Replaces a file in one step; durable on return. After a crash the old file or the new one is there, whole. */
    void replace(String path, byte[] bytes);

    /** Deletes a file if it is there; may come undone by a crash. */
    void delete(String path);

    /** Names of the files and folders right below a folder; empty where there is none. */
    List<String> list(String folder);

    /** Gives up the folder. */
    @Override
    void close();
}
