package io.sluice.cli.policy;

import io.sluice.audit.append.PolicyArchive;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.draft.DraftPolicy;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.HistoryEntry;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.verify.BundleVerifier;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.policies.verify.VerifiedBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds what an officer names: {@code active}, the number of a revision that was activated, a bundle's digest or the first 12
 * digits of it, a bundle's file, or a rulebook's folder. What it finds decides, and puts nothing in force. Reads the trust
 * root and {@code policy.bundles} only where what is named stands there. Not thread-safe.
 */
public final class RevisionFinder {
    /** The revision in force. */
    public static final String ACTIVE = "active";

    /** For the help of the verbs. */
    public static final String FORMS = "active, a revision's number, a bundle's digest or file, or a rulebook's folder";

    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{12,64}");

    private final SluiceConfig config;
    private final @Nullable PolicyArchive archive;
    private @Nullable TrustRoot root;
    private @Nullable PolicyStore store;

    /** @param archive where bundles are kept too; null where none is at hand */
    public RevisionFinder(SluiceConfig config, @Nullable PolicyArchive archive) {
        this.config = config;
        this.archive = archive;
    }

    /** Finds it. @throws CommandFailure where there is no such revision, saying where it was looked for */
    public ActivePolicy find(String named) {
        if (named.equals(ACTIVE)) {
            return DraftPolicy.of(inForce());
        }
        if (NUMBER.matcher(named).matches()) {
            long revision = Long.parseLong(named);
            return DraftPolicy.of(accepted(named, bundle -> bundle.revision() == revision));
        }
        if (DIGEST.matcher(named).matches()) {
            return DraftPolicy.of(byDigest(named));
        }
        Path path = Path.of(named);
        if (Files.isDirectory(path)) {
            return DraftPolicy.of(
                    RulebookLoader.load(path),
                    config.features(),
                    OpaTool.find(System.getenv(), Path.of(System.getProperty("sluice.home", ""))));
        }
        if (!Files.exists(path)) {
            throw new CommandFailure(named + " is no revision, bundle or folder; name " + FORMS);
        }
        return DraftPolicy.of(new BundleVerifier(root()).open(OfficerFiles.bundle(path)));
    }

    /**
     * The bundle that an entry cites, whatever became of its activation.
     *
     * @param digest the whole digest
     * @param entry id of the entry, for the message
     * @throws CommandFailure where it is not kept any more
     */
    public ActivePolicy cited(String digest, String entry) {
        Optional<byte[]> kept = archive == null ? Optional.empty() : archive.bundle(digest);
        return DraftPolicy.of(new BundleVerifier(root())
                .open(kept.or(() -> topic().archive(digest)).orElseThrow(() -> lost(digest, entry))));
    }

    private static CommandFailure lost(String digest, String entry) {
        return new CommandFailure("The bundle " + digest + ", which entry " + entry + " cites, is neither in the log's"
                + " archive nor in policy.bundles, so the decision cannot be made again. \"./sluice audit verify"
                + " --archive DIR\" names each bundle that is lost, with the first entry that cites it; where you have the"
                + " file, --bundle takes it");
    }

    /** The bundle of a digest, or of its first digits. */
    private VerifiedBundle byDigest(String digest) {
        byte[] kept = archive == null ? null : archive.bundle(digest).orElse(null);
        return kept == null
                ? accepted(digest, bundle -> bundle.digest().startsWith(digest))
                : new BundleVerifier(root()).open(kept);
    }

    /** The rulebooks of all revisions that decided, the newest first. */
    public List<Rulebook> decided() {
        return topic().decided().stream().map(VerifiedBundle::rulebook).toList();
    }

    private VerifiedBundle inForce() {
        return history().stream()
                .filter(entry -> entry.state() == HistoryEntry.State.IN_FORCE)
                .map(HistoryEntry::bundle)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> new CommandFailure("No revision is in force; name " + FORMS));
    }

    private VerifiedBundle accepted(String named, Predicate<VerifiedBundle> wanted) {
        return topic().decided().stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow(() -> new CommandFailure("No revision " + named
                        + " was ever in force; \"./sluice policy history\" lists those that were"));
    }

    private List<HistoryEntry> history() {
        return topic().history(Instant.now());
    }

    private PolicyStore topic() {
        PolicyStore known = store;
        if (known == null) {
            known = PolicyTopic.read(OfficerKafka.of(config), root(), refused -> {});
            store = known;
        }
        return known;
    }

    private TrustRoot root() {
        TrustRoot known = root;
        if (known == null) {
            known = OfficerFiles.trustRoot(config, null);
            root = known;
        }
        return known;
    }
}
