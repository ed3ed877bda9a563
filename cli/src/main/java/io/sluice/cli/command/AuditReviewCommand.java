package io.sluice.cli.command;

import io.sluice.audit.report.Report;
import io.sluice.audit.report.ReportDesk;
import io.sluice.audit.report.ReportPrunedException;
import io.sluice.audit.report.ReportQuestion;
import io.sluice.audit.report.ReportRefusedException;
import io.sluice.audit.report.Review;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Json;
import io.sluice.cli.policy.OfficerFiles;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.quarantine.Officer;
import io.sluice.cli.quarantine.OfficerEntries;
import io.sluice.cli.report.ReportText;
import io.sluice.core.audit.ActEntry;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.Sha256;
import io.sluice.policies.approve.OfficerPublicKey;
import io.sluice.policies.sign.KeyFile;
import io.sluice.policies.sign.KeyUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Reviews the activity, and signs that it was reviewed. */
@Command(
        name = "review",
        description = {
            "Show the review of activity, and with --sign, state under a signature which log, window and findings were"
                    + " reviewed (45 CFR 164.308(a)(1)(ii)(D)). That it was reviewed is an entry of the log, too.",
            "--verify checks such a statement: whose signature it is, that the log still holds what was reviewed, and that"
                    + " it gives the same report."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:shown, signed, or verified",
            "1:it could not be made, or does not verify",
            "2:the command line was wrong"
        },
        footer = {
            "%nExamples:",
            "  ./sluice audit review --from 2026-11-01T00:00:00Z --until 2026-12-01T00:00:00Z",
            "  ./sluice audit review --sign alan.key.pem --words \"Two refusals, both explained\" --out review-11.json",
            "  ./sluice audit review --verify review-11.json --key alan.pub.pem"
        })
final class AuditReviewCommand extends Verb {
    @Mixin
    private final AuditLogOption log = new AuditLogOption();

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "What occurred at this time or later, as 2026-03-01T00:00:00Z.")
    private @Nullable Instant from;

    @Option(names = "--until", paramLabel = "TIME", description = "What occurred before this time.")
    private @Nullable Instant until;

    @Option(
            names = "--sign",
            paramLabel = "KEY",
            description = "Sign with this private key, as policy keygen officer makes; NAME.pub.pem stands beside"
                    + " NAME.key.pem.")
    private @Nullable Path sign;

    @Option(
            names = "--reviewer",
            paramLabel = "NAME",
            description =
                    "Who reviewed, as you say: the log names who wrote the entry, and the key, beside it. Default:"
                            + " NAME of the key's file.")
    private @Nullable String reviewer;

    @Option(names = "--words", paramLabel = "TEXT", description = "What you found, in your words: no personal data.")
    private String words = "";

    @Option(names = "--out", paramLabel = "FILE", description = "Where the signed statement goes: a new file.")
    private @Nullable Path out;

    @Option(
            names = "--offline",
            description = "Write no entry of the review: for who has a copy of the log and no access to Kafka.")
    private boolean offline;

    @Option(names = "--verify", paramLabel = "FILE", description = "Check this statement instead.")
    private @Nullable Path verify;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description =
                    "With --verify, the reviewer's public key that you hold. Without it, the result says only that"
                            + " the statement agrees with itself.")
    private @Nullable Path key;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() throws IOException {
        requireSense();
        SluiceConfig config = config();
        try (var index = log.index(config)) {
            ReportDesk desk = new ReportDesk(index, log.archive(config));
            if (verify != null) {
                return verified(desk, verify);
            }
            Report report = desk.make(ReportQuestion.of("activity", asked()), null, Long.MAX_VALUE);
            if (sign != null) {
                sign(report, sign, config);
            } else if (output.json()) {
                out().println(Json.line(report.toJson()));
            } else {
                out().print(ReportText.of(report));
                out().flush();
            }
            return ExitCode.OK;
        } catch (ReportRefusedException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private void requireSense() {
        if (verify != null && (sign != null || from != null || until != null)) {
            throw new ParameterException(
                    spec().commandLine(), "--verify checks a statement, which says itself what was reviewed");
        }
        if (sign != null && out == null) {
            throw new ParameterException(spec().commandLine(), "--sign needs --out: where the statement goes");
        }
        if (key != null && verify == null) {
            throw new ParameterException(spec().commandLine(), "--key belongs to --verify");
        }
        if (words.length() > Review.MAX_WORDS) {
            throw new ParameterException(
                    spec().commandLine(), "--words has " + Review.MAX_WORDS + " characters at most");
        }
    }

    private Map<String, String> asked() {
        Map<String, String> asked = new LinkedHashMap<>();
        if (from != null) {
            asked.put("from", from.toString());
        }
        if (until != null) {
            asked.put("until", until.toString());
        }
        return asked;
    }

    private void sign(Report report, Path secret, SluiceConfig config) {
        Path file = java.util.Objects.requireNonNull(out, "checked before");
        OfficerFiles.requireNew(file);
        Path half = publicHalf(secret);
        Review review;
        try {
            review = Review.sign(
                    report,
                    reviewer == null ? name(secret) : reviewer,
                    words,
                    OfficerPublicKey.of(KeyFile.readPublic(half, KeyUse.OFFICER)),
                    KeyFile.readPrivate(secret, KeyUse.OFFICER),
                    Instant.now());
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(half + " is not the public half of " + secret, e);
        }
        if (offline) {
            OfficerFiles.create(file, review.toBytes());
        } else {
            OfficerKafka kafka = OfficerKafka.of(config);
            Officer officer = Officer.of(config.policy().keystore());
            try (OfficerEntries entries = OfficerEntries.open(kafka)) {
                OfficerFiles.create(file, review.toBytes());
                entries.write(ActEntry.of(
                        ActEntry.Code.ACTIVITY_REVIEWED,
                        kafka.layout().topics().tenant(),
                        "audit",
                        officer.name(),
                        Instant.parse(review.signed()),
                        detail(review, officer)));
            }
        }
        if (output.json()) {
            out().println(Json.line(review.statement()));
            return;
        }
        out().println("Reviewed: " + review.size() + " entries of " + review.origin() + ", "
                + report.findings().size() + (report.findings().size() == 1 ? " finding" : " findings") + ". Signed by "
                + review.reviewer() + ": " + file + ".");
        out().println(
                        offline
                                ? "No entry says so: --offline."
                                : "The entry activity-reviewed says so in the log, once it is appended.");
    }

    private static Map<String, Object> detail(Review review, Officer officer) {
        Map<String, Object> detail = new TreeMap<>();
        detail.put("log", review.statement().path("log"));
        detail.put("asked", review.asked());
        detail.put("findings", review.statement().path("findings"));
        detail.put("report", review.report());
        detail.put("reviewer", review.reviewer());
        detail.put("keySha256", review.named().sha256());
        detail.put("statement", Sha256.hex(CanonicalJson.bytes(review.statement())));
        detail.put("certificate", officer.certificate());
        return detail;
    }

    private static Path publicHalf(Path secret) {
        String name = String.valueOf(secret.getFileName());
        Path half = secret.resolveSibling(name(secret) + ".pub.pem");
        if (!name.endsWith(".key.pem") || !Files.isReadable(half)) {
            throw new CommandFailure("--sign " + secret
                    + " needs its public half beside it: NAME.key.pem and NAME.pub.pem, as \"./sluice policy keygen officer\""
                    + " makes them");
        }
        return half;
    }

    private static String name(Path secret) {
        return String.valueOf(secret.getFileName()).replaceFirst("\\.key\\.pem$", "");
    }

    /** Three answers, none of which stands in for another. */
    private int verified(ReportDesk desk, Path file) throws IOException {
        Review review = review(file);
        OfficerPublicKey held =
                key == null ? review.named() : OfficerPublicKey.of(KeyFile.readPublic(key, KeyUse.OFFICER));
        boolean signed = review.signedBy(held);
        String there = "";
        String again;
        String kept = "it still holds the " + review.size() + " entries that were reviewed";
        boolean same = false;
        try {
            same = Review.digest(desk.reviewed(review)).equals(review.report());
            again = same ? "it is the one that was reviewed" : "it is not the one that was reviewed";
        } catch (ReportPrunedException e) {
            again = String.valueOf(e.getMessage());
            kept = "it is the log whose first " + review.size() + " entries were reviewed";
        } catch (ReportRefusedException e) {
            there = String.valueOf(e.getMessage());
            again = "it was not made again";
        }
        boolean good = signed && there.isEmpty() && same;
        if (output.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("signed", signed);
            json.put("keyHeld", key != null);
            json.put("keySha256", held.sha256());
            json.put("logHolds", there.isEmpty());
            json.put("reportSame", same);
            json.put("report", again);
            json.put("statement", review.statement());
            out().println(Json.line(json));
        } else {
            out().println("signed    " + (signed ? "yes" : "NO") + "  by " + review.reviewer() + ", "
                    + review.signed() + ", with the key " + held.sha256()
                    + (key == null ? "; by the key that it names itself, --key takes the one that you hold" : ""));
            out().println("log       " + (there.isEmpty() ? "yes" : "NO") + "  " + (there.isEmpty() ? kept : there));
            out().println("report    " + (same ? "yes" : "NO") + "  " + again);
        }
        return good ? ExitCode.OK : ExitCode.FAILED;
    }

    private static Review review(Path file) throws IOException {
        if (Files.size(file) > Review.MAX_BYTES) {
            throw new CommandFailure(file + " has more than " + Review.MAX_BYTES + " bytes and is no review");
        }
        try {
            return Review.of(Files.readAllBytes(file));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(file + " is no review: " + e.getMessage(), e);
        }
    }
}
