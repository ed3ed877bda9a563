package io.sluice.policies.build;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.encoding.Sha256;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@code .manifest} names as OPA's revision: the number, and a digest of all that decides (Rego, data, wasm). OPA tells
 * it with each answer, so that an answer of an OPA server shows under which content it was given; the number alone would
 * not, for two builds may carry the same one.
 */
public final class ManifestRevision {
    private ManifestRevision() {}

    /**
     * The text.
     *
     * @param number the revision
     * @param files the bundle's files; manifest and signatures do not count
     * @return {@code <number>-<64 hex digits>}
     */
    public static String of(long number, SortedMap<String, byte[]> files) {
        SortedMap<String, byte[]> deciding = new TreeMap<>(files);
        deciding.keySet().remove(BundleFiles.MANIFEST);
        deciding.keySet().remove(BundleFiles.SIGNATURES);
        LengthPrefixed content =
                new LengthPrefixed().text("sluice-bundle-content").u8(1);
        for (Map.Entry<String, byte[]> file : deciding.entrySet()) {
            content.text(file.getKey()).text(Sha256.hex(file.getValue()));
        }
        return number + "-" + Sha256.hex(content.toBytes());
    }
}
