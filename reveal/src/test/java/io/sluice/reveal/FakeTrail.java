package io.sluice.reveal;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.audit.AuditEntry;
import io.sluice.reveal.emergency.OpenReviews;
import io.sluice.reveal.trail.Trail;
import io.sluice.reveal.trail.TrailUnavailableException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A trail in memory that can be made to fail, before or after it kept what it was given. */
final class FakeTrail implements Trail {
    enum Mode {
        DURABLE,
        LOST,
        /** Kept, but nobody was told: the worst of outages. */
        KEPT_UNTOLD
    }

    final OpenReviews reviews = new OpenReviews();
    final List<String> texts = new ArrayList<>();
    Mode mode = Mode.DURABLE;

    FakeTrail() {
        reviews.caughtUp();
    }

    @Override
    public synchronized void append(List<AuditEntry> entries, @Nullable Change change)
            throws TrailUnavailableException {
        if (mode != Mode.LOST) {
            entries.forEach(entry -> texts.add(new String(entry.canonical(), StandardCharsets.UTF_8)));
            if (change != null) {
                reviews.apply(change.id(), change.state());
            }
        }
        if (mode != Mode.DURABLE) {
            throw new TrailUnavailableException("no broker", null);
        }
    }

    /** The newest entry. */
    JsonNode last() throws Exception {
        return Views.MAPPER.readTree(texts.get(texts.size() - 1));
    }

    @Override
    public Optional<String> finding() {
        return Optional.empty();
    }

    @Override
    public void close() {}
}
