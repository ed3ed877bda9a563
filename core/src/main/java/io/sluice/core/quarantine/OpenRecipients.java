package io.sluice.core.quarantine;

import io.sluice.core.encoding.Names;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The recipients who have no disposition of a record yet: all, or those named. Immutable.
 *
 * @param named their ids, sorted, each once; empty for all
 */
public record OpenRecipients(List<String> named) {
    private static final String EVERYBODY = "*";

    /** All. */
    public static final OpenRecipients ALL = new OpenRecipients(List.of());

    public OpenRecipients {
        named.forEach(id -> Names.requireId("recipient", id));
        named = named.stream().sorted().distinct().toList();
    }

    /**
     * Those named.
     *
     * @throws IllegalArgumentException if none is: a record that is open for nobody is in no quarantine
     */
    public static OpenRecipients of(Collection<String> ids) {
        if (ids.isEmpty()) {
            throw new IllegalArgumentException("a quarantined record is open for somebody");
        }
        return new OpenRecipients(List.copyOf(ids));
    }

    /** Reads {@link #text}; empty where it is not in that one form. */
    public static Optional<OpenRecipients> parse(String text) {
        if (text.equals(EVERYBODY)) {
            return Optional.of(ALL);
        }
        try {
            OpenRecipients read = of(List.of(text.split(",", -1)));
            return read.text().equals(text) ? Optional.of(read) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // an id that is none; the caller refuses the record
        }
    }

    /** Whether it is all. */
    public boolean isAll() {
        return named.isEmpty();
    }

    /** Whether a recipient is among them. */
    public boolean includes(String recipient) {
        return isAll() || named.contains(recipient);
    }

    /** As a header has it: {@code *}, or the ids with commas between. */
    public String text() {
        return isAll() ? EVERYBODY : String.join(",", named);
    }

    /** As an entry has it: {@code ["*"]}, or the ids. */
    public List<String> toJson() {
        return isAll() ? List.of(EVERYBODY) : named;
    }
}
