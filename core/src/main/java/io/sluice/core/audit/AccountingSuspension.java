package io.sluice.core.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.event.Tags;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * That a health oversight agency or a law enforcement official asked to keep disclosures to them out of a subject's accounting
 * for a time (45 CFR 164.528(a)(2)). What an act's entry says of one; immutable.
 *
 * @param recipient to whom the disclosures went: a recipient of the rulebook, or a caller of the reveal service
 * @param agency who asked, for the record: an agency or an office and its case, no person's data beyond that
 * @param statement in which form they did
 * @param from when the statement was made
 * @param until the time for which it is required
 */
public record AccountingSuspension(String recipient, String agency, Statement statement, Instant from, Instant until) {
    /** Longest name of an agency. */
    public static final int MAX_AGENCY_CHARS = 300;

    /** How long one lasts at most whose statement was oral (45 CFR 164.528(a)(2)(ii)(C)). */
    public static final Duration ORAL = Duration.ofDays(30);

    /** In which form it was asked for. */
    public enum Statement {
        /** Written, naming the time (45 CFR 164.528(a)(2)(i)). */
        WRITTEN,
        /** Oral, which the officer documents (45 CFR 164.528(a)(2)(ii)). */
        ORAL;

        /** The word in entries. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public AccountingSuspension {
        if (recipient.isBlank() || agency.isBlank() || agency.length() > MAX_AGENCY_CHARS) {
            throw new IllegalArgumentException(
                    "a suspension names a recipient, and an agency in at most " + MAX_AGENCY_CHARS + " characters");
        }
        if (!until.isAfter(from)) {
            throw new IllegalArgumentException("a suspension ends after it began, not at " + until);
        }
        if (statement == Statement.ORAL && until.isAfter(from.plus(ORAL))) {
            throw new IllegalArgumentException("on an oral statement a suspension lasts " + ORAL.toDays()
                    + " days at most, until " + from.plus(ORAL)
                    + "; a written one may name a longer time (45 CFR 164.528(a)(2)(ii)(C))");
        }
    }

    /** Whether the disclosures are left out of an accounting that is asked for at that time. */
    public boolean standsAt(Instant request) {
        return !request.isBefore(from) && request.isBefore(until);
    }

    /** What an entry says. */
    public Map<String, Object> toJson() {
        return new TreeMap<>(Map.of(
                "recipient",
                recipient,
                "agency",
                agency,
                "statement",
                statement.code(),
                "from",
                Tags.timestamp(from),
                "until",
                Tags.timestamp(until)));
    }

    /** Reads what an entry says. @throws IllegalArgumentException where it is no suspension, or one that the law does not know */
    public static AccountingSuspension of(JsonNode json) {
        try {
            return new AccountingSuspension(
                    json.path("recipient").asText(""),
                    json.path("agency").asText(""),
                    Statement.valueOf(json.path("statement").asText("").toUpperCase(Locale.ROOT)),
                    Instant.parse(json.path("from").asText("")),
                    Instant.parse(json.path("until").asText("")));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("a suspension names its times", e);
        }
    }
}
