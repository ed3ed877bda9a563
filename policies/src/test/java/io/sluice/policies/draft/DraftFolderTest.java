package io.sluice.policies.draft;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.policies.Shipped;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.build.BundleArchive;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.TrustRoot;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DraftFolderTest {
    @TempDir
    private Path folder = Path.of("unset");

    /** A permission that is given later changes neither a file's length nor its time. */
    @Test
    void whatCouldNotBeReadIsTriedAgain() throws Exception {
        AtomicBoolean denied = new AtomicBoolean(true);
        AtomicInteger readings = new AtomicInteger();
        DraftFolder drafts = new DraftFolder(folder, Shipped.root(), file -> {
            readings.incrementAndGet();
            if (denied.get()) {
                throw new AccessDeniedException(file.toString());
            }
            return Files.readAllBytes(file);
        });
        Files.write(folder.resolve("revision-1.tar.gz"), Shipped.built().archive());
        assertThat(drafts.drafts()).isEmpty();
        denied.set(false);
        assertThat(drafts.drafts()).hasSize(1);
        assertThat(drafts.drafts()).hasSize(1);
        assertThat(readings).as("what was read is kept").hasValue(2);
    }

    @Test
    void showsWhatIsSignedByATrustedKeyAndNothingElse() throws Exception {
        DraftFolder drafts = new DraftFolder(folder.resolve("drafts"), Shipped.root());
        assertThat(drafts.drafts()).as("the folder need not be there").isEmpty();

        Files.createDirectory(folder.resolve("drafts"));
        Path file = folder.resolve("drafts/revision-1.tar.gz");
        Files.write(file, Shipped.built().archive());
        Files.write(folder.resolve("drafts/again.tar.gz"), Shipped.built().archive());
        Files.writeString(folder.resolve("drafts/broken.tar.gz"), "nothing of the kind");
        Files.write(folder.resolve("drafts/long.tar.gz"), new byte[BundleArchive.MAX_ARCHIVE_BYTES + 1]);
        Files.write(folder.resolve("drafts/notes.txt"), Shipped.built().archive());
        assertThat(drafts.drafts())
                .singleElement()
                .satisfies(bundle ->
                        assertThat(bundle.digest()).isEqualTo(Shipped.built().digest()));

        TrustRoot other = new TrustRoot(
                Shipped.TENANT,
                new TreeMap<>(Map.of("dev-bundle", KeyUse.BUNDLE.generate().getPublic())),
                Approvers.only(Shipped.OFFICER));
        assertThat(new DraftFolder(folder.resolve("drafts"), other).drafts())
                .as("signed by somebody else")
                .isEmpty();

        Files.delete(file);
        Files.delete(folder.resolve("drafts/again.tar.gz"));
        assertThat(drafts.drafts()).as("what is taken away is gone").isEmpty();
    }
}
