package io.sluice.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.append.PolicyArchive;
import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.index.AuditIndexConfig;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.query.AuditQuery;
import io.sluice.audit.query.EntryExplainer;
import io.sluice.audit.verify.LogVerifier;
import io.sluice.audit.verify.Verification;
import io.sluice.audit.verify.VerifierConfig;
import io.sluice.cli.output.Narrator;
import io.sluice.cli.output.ProgressBar;
import io.sluice.cli.stack.EmbeddedStack;
import io.sluice.core.audit.AuditEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One run of the demo on a running stack: post, wait until everything has its place, verify, put the results down; then,
 * where wanted, go on telling what happens. Used by one thread.
 */
public final class DemoRun implements AutoCloseable {
    /**
     * How it ended.
     *
     * @param summary the JSON object of {@code -o json}
     * @param refusals how often each status and code was the answer
     * @param verification what {@code audit verify} says
     * @param sentence the entry of a record, explained; empty where nothing was released
     * @param views that record as each recipient got it, a line of JSON by recipient; or why it got nothing
     */
    public record Result(
            Map<String, Object> summary,
            Map<String, Long> refusals,
            Verification verification,
            Optional<String> sentence,
            Map<String, String> views) {}

    private static final Duration LOOK = Duration.ofMillis(300);
    private static final int TOLD_AT_ONCE = 5;

    private final EmbeddedStack stack;
    private final Narrator narrator;
    private final Duration settleTimeout;
    private final AuditIndex index;
    private final TrailTally trail;
    private final Delivered delivered;

    /** Runs on a stack that stays the caller's. */
    public DemoRun(EmbeddedStack stack, Narrator narrator, Duration settleTimeout) {
        this.stack = stack;
        this.narrator = narrator;
        this.settleTimeout = settleTimeout;
        this.index = index(stack);
        this.trail = new TrailTally(new AuditQuery(index), stack.recipients());
        this.delivered = new Delivered(stack.folder().delivered());
    }

    /** Posts all and returns when each record has its entry, and each view stands in its recipient's file. */
    public Result run(DemoPosts input) throws InterruptedException {
        Tally tally;
        try (ProgressBar bar = narrator.progress("posting", input.posts().size())) {
            tally = new Traffic(stack.pki(), stack.gatewayAddress()).run(input.posts(), bar::update);
        }
        settle();
        putDown();
        Path root = stack.folder().root();
        QuarantineFile.write(stack, root.resolve("quarantine.ndjson"));
        Verification verification = LogVerifier.verify(
                stack.folder().audit(),
                VerifierConfig.defaults().withKey(stack.logKey().verifier()));
        JsonNode telling = trail.telling();
        return new Result(
                summary(tally, verification),
                tally.refusals(),
                verification,
                Optional.ofNullable(telling).map(this::sentence),
                telling == null ? Map.of() : views(telling, root));
    }

    /** Tells what is decided and keeps the recipients' files up to date, until the thread is interrupted. */
    public void follow() throws InterruptedException {
        long lines = delivered.lines();
        while (true) {
            Thread.sleep(LOOK.toMillis());
            int[] entries = {0};
            if (hasLog()) {
                trail.catchUp(entry -> {
                    if (++entries[0] <= TOLD_AT_ONCE) {
                        told(entry).ifPresent(narrator::say);
                    }
                });
            }
            if (entries[0] > TOLD_AT_ONCE) {
                narrator.say("... and " + (entries[0] - TOLD_AT_ONCE) + " more entries");
            }
            if (delivered.lines() != lines) {
                lines = delivered.lines();
                putDown();
            }
        }
    }

    private static Optional<String> told(JsonNode entry) {
        String type = entry.path("type").asText();
        if (type.equals(AuditEntry.CHOICE)) {
            return Optional.of("choice " + entry.path("id").asText());
        }
        if (!type.equals(AuditEntry.RECORD)) {
            return Optional.empty();
        }
        StringBuilder line = new StringBuilder("record " + entry.path("id").asText() + " "
                + entry.path("dataset").asText("") + ":");
        String outcome = entry.path("outcome").path("code").asText();
        if (!outcome.equals("decided")) {
            return Optional.of(line.append(' ').append(outcome).toString());
        }
        String separator = " ";
        for (JsonNode recipient : entry.path("recipients")) {
            line.append(separator)
                    .append(recipient.path("id").asText())
                    .append(' ')
                    .append(recipient.path("disposition").asText());
            separator = ", ";
        }
        return Optional.of(line.toString());
    }

    /** Each position has its entry in the log, each released view its line: counted, not waited for. */
    private void settle() {
        long records = stack.ingressRecords();
        try (ProgressBar bar = narrator.progress("deciding", records)) {
            stack.await("The audit log", settleTimeout, () -> {
                if (hasLog()) {
                    trail.catchUp(entry -> {});
                }
                bar.update(trail.positions());
                return hasLog() && trail.positions() >= records;
            });
        }
        long released = trail.recipients().values().stream()
                        .mapToLong(counts -> counts.released)
                        .sum()
                + trail.notices();
        try (ProgressBar bar = narrator.progress("delivering", released)) {
            stack.await("Delivery", settleTimeout, () -> {
                long lines = delivered.lines();
                bar.update(lines);
                return lines >= released;
            });
        }
    }

    private boolean hasLog() {
        return Files.exists(stack.folder().audit().resolve("checkpoint"));
    }

    /** {@code <recipient>.ndjson} of everybody who ever was a recipient here. */
    private void putDown() {
        Path root = stack.folder().root();
        trail.recipients()
                .keySet()
                .forEach(recipient -> delivered.merge(recipient, root.resolve(recipient + ".ndjson")));
    }

    private static AuditIndex index(EmbeddedStack stack) {
        try {
            Path file = stack.folder().index();
            Files.createDirectories(file.toAbsolutePath().getParent());
            return AuditIndex.open(new AuditIndexConfig(
                    file,
                    FileLogStore.source(stack.folder().audit()),
                    stack.logKey().verifier()));
        } catch (IOException e) {
            throw new UncheckedIOException("The index of the audit log cannot be made", e);
        }
    }

    private Map<String, Object> summary(Tally tally, Verification verification) {
        Map<String, Object> recipients = new LinkedHashMap<>();
        trail.recipients().forEach((id, counts) -> {
            Map<String, Object> of = new LinkedHashMap<>();
            of.put("released", counts.released);
            of.put("withheld", counts.withheld);
            recipients.put(id, of);
        });
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("posted", tally.posted());
        summary.put("accepted", tally.accepted());
        summary.put("rejected", tally.rejected());
        summary.put("quarantined", trail.quarantined());
        summary.put("recipients", recipients);
        summary.put("auditEntries", trail.events());
        summary.put("logSize", verification.size());
        summary.put("logVerified", verification.passed());
        summary.put("policyRevision", stack.revision());
        return summary;
    }

    private String sentence(JsonNode entry) {
        PolicyArchive archive = new PolicyArchive(stack.folder().archive());
        return new EntryExplainer(archive::plan).explain(entry);
    }

    private static Map<String, String> views(JsonNode entry, Path root) {
        Map<String, String> views = new LinkedHashMap<>();
        for (JsonNode recipient : entry.path("recipients")) {
            String id = recipient.path("id").asText();
            String releasedId = recipient.path("releasedId").asText();
            String view = releasedId.isEmpty()
                    ? recipient.path("reasons").path(0).path("rule").asText("withheld") + " ("
                            + recipient.path("reasons").path(0).path("clause").asText("no clause") + ")"
                    : Delivered.find(root.resolve(id + ".ndjson"), releasedId).orElse("not delivered");
            views.put(id, view);
        }
        return views;
    }

    /** Closes the index; the stack stays. */
    @Override
    public void close() {
        index.close();
    }
}
