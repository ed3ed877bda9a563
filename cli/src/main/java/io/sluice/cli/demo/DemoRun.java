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
import io.sluice.cli.output.ProgressBar;
import io.sluice.cli.stack.EmbeddedStack;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run of the demo on a running stack: post, wait until everything has its place, verify, put the results down. */
public final class DemoRun {
    /**
     * How it ended.
     *
     * @param summary the JSON object of {@code -o json}
     * @param refusals how often each status and code was the answer
     * @param verification what {@code audit verify} says
     * @param sentence the entry of a record, explained; empty where nothing was released
     * @param views that record as each recipient got it, a line of JSON by recipient
     */
    public record Result(
            Map<String, Object> summary,
            Map<String, Long> refusals,
            Verification verification,
            Optional<String> sentence,
            Map<String, String> views) {}

    private final EmbeddedStack stack;
    private final PrintStream err;
    private final boolean terminal;
    private final Duration settleTimeout;

    /** Runs on a stack that stays the caller's; progress goes to {@code err}. */
    public DemoRun(EmbeddedStack stack, PrintStream err, boolean terminal, Duration settleTimeout) {
        this.stack = stack;
        this.err = err;
        this.terminal = terminal;
        this.settleTimeout = settleTimeout;
    }

    /** Posts the files of a folder. */
    public Result files(Path input) throws InterruptedException {
        return run(InputFiles.read(input));
    }

    /** Posts generated traffic. */
    public Result generated(long seed, int events, java.time.Instant now) throws InterruptedException {
        return run(DemoEvents.generate(seed, events, now));
    }

    private Result run(List<Post> posts) throws InterruptedException {
        Tally tally;
        try (ProgressBar bar = new ProgressBar(err, terminal, "posting", posts.size())) {
            tally = new Traffic(stack.pki(), stack.gatewayAddress()).run(posts, bar::update);
        }
        try (AuditIndex index = index()) {
            TrailTally trail = new TrailTally(new AuditQuery(index), stack.recipients());
            Delivered delivered = new Delivered(stack.folder().delivered());
            settle(trail, delivered);
            Path root = stack.folder().root();
            trail.recipients()
                    .keySet()
                    .forEach(recipient -> delivered.merge(recipient, root.resolve(recipient + ".ndjson")));
            QuarantineFile.write(stack, root.resolve("quarantine.ndjson"));
            Verification verification = LogVerifier.verify(
                    stack.folder().audit(),
                    VerifierConfig.defaults().withKey(stack.logKey().verifier()));
            JsonNode telling = trail.telling();
            return new Result(
                    summary(tally, trail, verification),
                    tally.refusals(),
                    verification,
                    Optional.ofNullable(telling).map(this::sentence),
                    telling == null ? Map.of() : views(telling, root));
        }
    }

    /** Each position has its entry in the log, each released view its line: counted, not waited for. */
    private void settle(TrailTally trail, Delivered delivered) {
        long records = stack.ingressRecords();
        try (ProgressBar bar = new ProgressBar(err, terminal, "deciding", records)) {
            stack.await("The audit log", settleTimeout, () -> {
                if (Files.exists(stack.folder().audit().resolve("checkpoint"))) {
                    trail.catchUp();
                }
                bar.update(trail.positions());
                return trail.positions() >= records;
            });
        }
        long released = trail.recipients().values().stream()
                .mapToLong(counts -> counts.released)
                .sum();
        try (ProgressBar bar = new ProgressBar(err, terminal, "delivering", released)) {
            stack.await("Delivery", settleTimeout, () -> {
                long lines = trail.recipients().keySet().stream()
                        .mapToLong(delivered::lines)
                        .sum();
                bar.update(lines);
                return lines >= released;
            });
        }
    }

    private AuditIndex index() {
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

    private Map<String, Object> summary(Tally tally, TrailTally trail, Verification verification) {
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
                    ? "nothing: "
                            + recipient.path("reasons").path(0).path("rule").asText("withheld") + " ("
                            + recipient.path("reasons").path(0).path("clause").asText("no clause") + ")"
                    : Delivered.find(root.resolve(id + ".ndjson"), releasedId).orElse("not delivered");
            views.put(id, view);
        }
        return views;
    }
}
