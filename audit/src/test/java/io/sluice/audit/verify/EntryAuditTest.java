package io.sluice.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.encoding.CanonicalJson;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whoever may write to the topic can tear the log, and cite what never was: that costs the verifier a bounded memory. */
class EntryAuditTest {
    private final Findings findings = new Findings(100);

    /** Each partition begins a run, each hole another one. */
    @Test
    void gapsOfAllPartitionsTogetherAreBounded() {
        EntryAudit audit = new EntryAudit(findings, 3, 1_000);
        for (int i = 0; i < 4; i++) {
            audit.entry(record("events.ingress/1/" + i + "/" + 2 * i, "b"), i, "file");
        }
        assertThat(findings.failed(Finding.Question.COMPLETE)).isFalse();
        audit.entry(record("events.ingress/1/9/0", "b"), 4, "file");

        assertThat(audit.positions()).hasSize(4);
        assertThat(findings.kept())
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("more than 3 gaps"));
    }

    @Test
    void citedBundlesAreBounded() {
        EntryAudit audit = new EntryAudit(findings, 100, 50);
        for (int i = 0; i < 10; i++) {
            audit.entry(record("events.ingress/1/0/" + i, "bundle-" + i % 5), i, "file");
        }
        assertThat(audit.citations())
                .hasSize(2)
                .allSatisfy(cited -> assertThat(cited.entries()).isEqualTo(2));
        assertThat(findings.kept())
                .singleElement()
                .satisfies(finding ->
                        assertThat(finding.message()).contains("entry 2 cites a bundle that is one too many"));
    }

    private static byte[] record(String id, String bundle) {
        return CanonicalJson.bytes(Map.of(
                "specversion", "1.0", "id", id, "type", "io.sluice.audit.record", "policy", Map.of("bundle", bundle)));
    }
}
