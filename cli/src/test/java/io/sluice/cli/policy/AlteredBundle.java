package io.sluice.cli.policy;

import io.sluice.policies.build.ArchiveRefusedException;
import io.sluice.policies.build.BundleArchive;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;

/** What somebody without the signer's key can do to a bundle: change a table and pack it anew. */
public final class AlteredBundle {
    private AlteredBundle() {}

    public static byte[] of(byte[] archive) {
        try {
            SortedMap<String, byte[]> files = new TreeMap<>(BundleArchive.read(archive));
            files.computeIfPresent(
                    "data.json",
                    (name, data) -> new String(data, StandardCharsets.UTF_8)
                            .replaceFirst("\"drop\"", "\"keep\"")
                            .getBytes(StandardCharsets.UTF_8));
            return BundleArchive.write(files);
        } catch (ArchiveRefusedException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
