package io.sluice.core.decision;

import io.sluice.core.encoding.CanonicalJson;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What {@code sluice/access} is asked: whether somebody may read a part of the audit log. It holds nothing of what is looked
 * for.
 *
 * @param act what is read
 * @param day UTC date: the policy's only clock
 * @param reader reader id of the rulebook; {@code <issuer>#<subject>} of somebody whom it knows by groups alone
 * @param kind by what the identity was proved
 * @param issuer of a token, the OpenID provider's; empty of any other
 * @param groups of a token, those that the rulebook names for its issuer
 */
public record AccessInput(Act act, LocalDate day, String reader, Kind kind, String issuer, SortedSet<String> groups) {
    /** By what an identity is proved. */
    public enum Kind {
        /** A client certificate. */
        CERTIFICATE,
        /** A one-time link of a demonstration. */
        LINK,
        /** An OpenID provider's word. */
        OIDC;

        /** The code in questions, rulebooks and entries. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public AccessInput {
        groups = Collections.unmodifiableSortedSet(new TreeSet<>(groups));
    }

    /** Of a reader with a certificate. */
    public AccessInput(Act act, LocalDate day, String reader) {
        this(act, day, reader, Kind.CERTIFICATE, "", new TreeSet<>());
    }

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
        EXPORT,
        /** Drafts of the policy, beside the revisions that decided. */
        DRAFT;

        /** The code in questions, rulebooks and entries. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The JSON object that the policy gets. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new TreeMap<>(
                Map.of("act", act.code(), "day", day.toString(), "reader", reader, "identity", kind.code()));
        if (kind == Kind.OIDC) {
            json.put("issuer", issuer);
            json.put("groups", List.copyOf(groups));
        }
        return json;
    }

    /** RFC 8785 bytes of {@link #toJson}. */
    public byte[] canonical() {
        return CanonicalJson.bytes(toJson());
    }
}
