package io.sluice.policies.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.StrictJson;
import io.sluice.policies.Shipped;
import io.sluice.policies.verify.BundleRefusedException;
import io.sluice.policies.verify.BundleVerifier;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestRevisionTest {
    private static SortedMap<String, byte[]> files() throws ArchiveRefusedException {
        return new TreeMap<>(BundleArchive.read(Shipped.built().archive()));
    }

    @Test
    void everyFileThatDecidesIsInIt() throws Exception {
        String revision = Shipped.bundle().manifestRevision();
        assertThat(revision).matches("1-[0-9a-f]{64}").isEqualTo(ManifestRevision.of(1, files()));
        for (String name : files().keySet()) {
            SortedMap<String, byte[]> changed = files();
            changed.put(name, new byte[] {1});
            boolean same = ManifestRevision.of(1, changed).equals(revision);
            assertThat(same).as(name).isEqualTo(name.equals(".manifest") || name.equals(".signatures.json"));
            changed.remove(name);
            assertThat(ManifestRevision.of(1, changed).equals(revision))
                    .as(name)
                    .isEqualTo(same);
        }
    }

    /** A name that is not of the content would let an OPA server answer for another bundle. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "2-0000000000000000000000000000000000000000000000000000000000000000",
                "1-0000000000000000000000000000000000000000000000000000000000000000",
                ""
            })
    void aManifestThatNamesAnotherRevisionIsRefusedAlsoWhenItIsSigned(String revision) throws Exception {
        SortedMap<String, byte[]> files = files();
        files.remove(BundleFiles.SIGNATURES);
        ObjectNode manifest = (ObjectNode) StrictJson.read(files.getOrDefault(BundleFiles.MANIFEST, new byte[0]));
        files.put(BundleFiles.MANIFEST, CanonicalJson.bytes(manifest.put("revision", revision)));
        files.put(BundleFiles.SIGNATURES, BundleSignature.sign(files, "dev-bundle", Shipped.BUNDLE_KEY.getPrivate()));
        byte[] archive = BundleArchive.write(files);
        assertThatThrownBy(() -> new BundleVerifier(Shipped.root()).open(archive))
                .isInstanceOf(BundleRefusedException.class)
                .hasMessageContaining("revision is not that of its metadata and files");
    }
}
