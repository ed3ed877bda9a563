package io.sluice.certs;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;

/** When the certificates in a folder were made, and by which edition of this code. */
record Manifest(Instant issued) {
    /** Raise it when names, extensions or files change, so that folders of older editions are made anew. */
    private static final String EDITION = "1";

    static Optional<Manifest> read(PkiFiles files) {
        if (!Files.exists(files.manifest())) {
            return Optional.empty();
        }
        try {
            Properties properties = new Properties();
            properties.load(new StringReader(Files.readString(files.manifest())));
            if (!EDITION.equals(properties.getProperty("edition"))) {
                return Optional.empty();
            }
            return Optional.of(new Manifest(Instant.parse(properties.getProperty("issued", ""))));
        } catch (DateTimeException e) {
            throw new PkiException(
                    PkiException.Code.INCOMPLETE, files.manifest() + " names no time of issue; delete it", e);
        } catch (IOException e) {
            throw new PkiException(PkiException.Code.IO, files.manifest() + " cannot be read", e);
        }
    }

    void write(PkiFiles files, PrivateFolder folder) {
        folder.write(files.manifest(), "edition=" + EDITION + "\nissued=" + issued + "\n");
    }

    /** Tells whether the leaves are good for another day; a clock set back before their making counts as not good. */
    boolean current(Instant now) {
        Instant renewal = issued.plus(DevPki.LEAF_VALIDITY).minus(DevPki.RENEWAL_BEFORE_END);
        return !now.isBefore(issued) && now.isBefore(renewal);
    }
}
