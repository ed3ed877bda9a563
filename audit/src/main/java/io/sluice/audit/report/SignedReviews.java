package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.report.Report.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reviews of activity that were signed and entered. For one report and one thread. */
final class SignedReviews {
    private final List<Object[]> reviews = new ArrayList<>();
    private long more;
    private @Nullable Instant last;

    /** Takes the act that a review was signed. */
    void take(long place, JsonNode entry) {
        last = Times.instant(entry).orElse(last);
        JsonNode detail = entry.path("detail");
        if (reviews.size() >= Draft.MAX_ROWS) {
            more++;
            return;
        }
        long findings = 0;
        for (JsonNode count : detail.path("findings")) {
            findings += count.asLong();
        }
        reviews.add(new Object[] {
            entry.path("actor").asText(""),
            detail.path("reviewer").asText(""),
            detail.path("keySha256").asText(""),
            Times.of(entry),
            detail.path("log").path("size").asLong(),
            findings,
            place
        });
    }

    /** Says from when on the next one is due. @param begin when the first entry of the window occurred; null for none */
    void due(Draft draft, @Nullable Instant begin) {
        if (last != null) {
            draft.from(ReviewCadence.TERM, last, "The last one of this window was entered at " + last + ".");
        } else if (begin != null) {
            draft.from(
                    ReviewCadence.TERM,
                    begin,
                    "None was entered in this window; it counts from its first entry, at " + begin + ".");
        }
    }

    /** All of them. */
    void write(Draft draft) {
        Draft.Table signed = draft.table(
                        "reviews",
                        "Reviews that were signed",
                        "By ./sluice audit review --sign. Who wrote the entry is known by a certificate; the name is what the signer"
                                + " gave, and the key tells whose signature it is.")
                .column("actor", "Entered by", Kind.CODE)
                .column("reviewer", "Name given", Kind.CODE)
                .column("key", "SHA-256 of the key", Kind.CODE)
                .column("time", "Signed", Kind.TIME)
                .column("size", "Entries reviewed", Kind.NUMBER)
                .column("findings", "Findings", Kind.NUMBER)
                .column("entry", "Entry", Kind.ENTRY);
        reviews.forEach(signed::row);
        signed.more(more);
    }
}
