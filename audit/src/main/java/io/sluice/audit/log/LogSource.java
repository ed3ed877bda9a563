package io.sluice.audit.log;

import java.util.Optional;

/** Gives a log's files by their path. Safe for use by many threads. */
@FunctionalInterface
public interface LogSource {
    /**
     * The whole file; empty where there is none.
     *
     * @throws LogException (IO) where that cannot be known
     */
    Optional<byte[]> read(String path);
}
