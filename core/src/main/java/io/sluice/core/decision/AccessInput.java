package io.sluice.core.decision;

import io.sluice.core.encoding.CanonicalJson;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code sluice/access} is asked: whether somebody may read a part of the audit log. It holds nothing of what is looked
 * for.
 *
 * @param act what is read
 * @param day UTC date: the policy's only clock
 * @param reader reader id of the rulebook
 */
public record AccessInput(Act act, LocalDate day, String reader) {
    /** What can be read of the log. The codes are those of {@code access.yaml}. */
    public enum Act {
        /** Counts, and the state of the log. */
        OVERVIEW,
        /** Entries by what they hold. */
        SEARCH,
        /** One entry by its place. */
        ENTRY,
        /** The proof that an entry stands in the log. */
        PROOF,
        /** All entries about one subject. */
        SUBJECT,
        /** What each recipient got of a record, and why. */
        RECORD,
        /** All that a search finds, to take along. */
        EXPORT;

        /** The code in questions, rulebooks and entries. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The JSON object that the policy gets. */
    public Map<String, Object> toJson() {
        return new TreeMap<>(Map.of("act", act.code(), "day", day.toString(), "reader", reader));
    }

    /** RFC 8785 bytes of {@link #toJson}. */
    public byte[] canonical() {
        return CanonicalJson.bytes(toJson());
    }
}
