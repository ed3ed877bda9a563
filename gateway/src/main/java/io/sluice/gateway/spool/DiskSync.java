package io.sluice.gateway.spool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes durable what was written to a file, or which files a folder has. The spool's promise rests on it. */
interface DiskSync {
    /** To the disk itself; of a file what is in it, of a folder all of it. */
    DiskSync TO_DISK = (what, channel) -> channel.force(Files.isDirectory(what));

    /** Returns once it is durable. @param what the file or folder @param channel open on it */
    void force(Path what, FileChannel channel) throws IOException;
}
