package io.sluice.audit.append;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.audit.verify.EntryFixture;
import io.sluice.audit.verify.LogVerifier;
import io.sluice.audit.verify.VerifierConfig;
import io.sluice.core.encoding.Sha256;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyArchiveTest {
    private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);
    private static final String DIGEST = Sha256.hex(CONTENT);

    @TempDir
    Path folder;

    @Test
    void keepsWhatHasTheDigestOfItsKey() {
        PolicyArchive archive = new PolicyArchive(folder);

        assertThat(archive.keepPlan(DIGEST, CONTENT)).isTrue();
        assertThat(archive.keepPolicy("bundle/" + DIGEST, CONTENT)).isTrue();
        assertThat(archive.keepPolicy("bundle/" + DIGEST, CONTENT)).isTrue();
        assertThat(archive.keepPolicy("approvals/" + DIGEST, CONTENT)).isTrue();
        assertThat(archive.keepPolicy("activation/1", CONTENT)).isTrue();

        assertThat(archive.plan(DIGEST)).contains(CONTENT);
        assertThat(archive.bundle(DIGEST)).contains(CONTENT);
    }

    @Test
    void refusesOtherContentAndOtherKeys() {
        PolicyArchive archive = new PolicyArchive(folder);
        String other = DIGEST.replace(DIGEST.charAt(0), DIGEST.charAt(0) == '0' ? '1' : '0');

        assertThat(archive.keepPlan(other, CONTENT)).isFalse();
        assertThat(archive.keepPlan("../../" + DIGEST, CONTENT)).isFalse();
        assertThat(archive.keepPolicy("bundle/" + other, CONTENT)).isFalse();
        assertThat(archive.keepPolicy("bundle/../" + DIGEST, CONTENT)).isFalse();
        assertThat(archive.keepPolicy("activation/0", CONTENT)).isFalse();
        assertThat(archive.keepPolicy("other", CONTENT)).isFalse();
        assertThat(archive.plan("../../etc/passwd")).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void besideTheLogItIsVerifiedWithIt() throws Exception {
        EntryFixture.write(folder, EntryFixture.newKey(), EntryFixture.records(0, 0, 3));
        PolicyArchive archive = new PolicyArchive(folder);
        archive.keepPlan(DIGEST, CONTENT);
        archive.keepPolicy("activation/1", CONTENT);
        assertThat(LogVerifier.verify(folder, VerifierConfig.defaults()).findings())
                .isEmpty();

        Files.write(folder.resolve("plans/" + DIGEST + ".json"), new byte[] {1});

        assertThat(archive.plan(DIGEST)).isEmpty();
        assertThat(LogVerifier.verify(folder, VerifierConfig.defaults()).lines())
                .anyMatch(line -> line.startsWith("plans/" + DIGEST + ".json: "));
    }
}
