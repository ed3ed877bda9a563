package io.sluice.protection.transform;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code pseudonymise}: a random UUID for each subject, value and domain, made when the value is first seen and kept with the
 * subject ({@link Pseudonyms}). It is derived from nothing: whoever lacks what is kept can neither undo it nor try values out.
 *
 * <p>In FHIR an id and every form of a reference to it have one code: {@code X} for an id, {@code urn:uuid:X} for a reference,
 * whatever its form was. A reference into the record itself ({@code #x}) does not go out. A record without a subject, or of one
 * with as many codes as may be kept, fails the view.
 */
final class Pseudonymise extends Transform.OfText {
    private static final int MAX_CHARS = 2_048;
    private static final MemberName RESOURCE_TYPE = MemberName.of("resourceType");
    private static final MemberName REFERENCE = MemberName.of("reference");
    private static final String URN = "urn:uuid:";
    private static final String UUID = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    /** Stands between a literal reference and the version that it is to. */
    private static final String HISTORY = "/_history/";
    /** Longest id, and longest name of a type: FHIR R4 2.24.0.1. */
    private static final int MAX_NAME_CHARS = 64;

    private final String domain;
    private final boolean fhir;

    Pseudonymise(String domain, boolean fhir) {
        this.domain = domain;
        this.fhir = fhir;
    }

    @Override
    Outcome write(String text, Field field, ViewWriter out) {
        if (text.length() > MAX_CHARS) {
            return Outcome.FAILED;
        }
        if (!fhir) {
            return string(code(text, field), out);
        }
        if (!field.isNamed(REFERENCE)) {
            return string(code(id(field.sibling(RESOURCE_TYPE), text), field), out);
        }
        if (text.startsWith("#")) {
            return Outcome.ABSENT;
        }
        String code = code(target(text), field);
        return string(code == null ? null : URN + code, out);
    }

    private @Nullable String code(String value, Field field) {
        String canonical = Canonicaliser.TEXT.apply(value);
        return canonical == null ? null : field.context().pseudonyms().code(domain, canonical);
    }

    /** What a reference is to, as the id of that would be written; what is no literal reference stands for itself. */
    private static String target(String reference) {
        if (reference.startsWith(URN)) {
            return id(null, reference.substring(URN.length()));
        }
        return literal(reference);
    }

    /** Of a literal reference, relative or absolute, perhaps to a version: {@code [base/]Type/id[/_history/version]}, FHIR R4 2.3.0.1. */
    private static String literal(String reference) {
        int history = reference.lastIndexOf(HISTORY);
        int end = history >= 0 && isId(reference, history + HISTORY.length(), reference.length())
                ? history
                : reference.length();
        int slash = reference.lastIndexOf('/', end - 1);
        int type = reference.lastIndexOf('/', slash - 1) + 1;
        return slash > 0 && isBase(reference, type) && isType(reference, type, slash) && isId(reference, slash + 1, end)
                ? id(reference.substring(type, slash), reference.substring(slash + 1, end))
                : id(null, reference);
    }

    /** Whether nothing or the URL of a server stands before a place. */
    private static boolean isBase(String reference, int end) {
        if (end == 0) {
            return true;
        }
        int scheme = reference.startsWith("http://") ? 7 : reference.startsWith("https://") ? 8 : end;
        int query = reference.indexOf('?');
        int fragment = reference.indexOf('#');
        return end > scheme && (query < 0 || query >= end) && (fragment < 0 || fragment >= end);
    }

    private static boolean isType(String reference, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isLetter(reference.charAt(i))) {
                return false;
            }
        }
        return to - from > 1 && to - from <= MAX_NAME_CHARS && reference.charAt(from) <= 'Z';
    }

    private static boolean isId(String reference, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = reference.charAt(i);
            if (!isLetter(c) && (c < '0' || c > '9') && c != '.' && c != '-') {
                return false;
            }
        }
        return to > from && to - from <= MAX_NAME_CHARS;
    }

    private static boolean isLetter(char c) {
        return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
    }

    /** A UUID is an id wherever it stands; any other id is one of its type. */
    private static String id(@Nullable String type, String id) {
        if (isUuid(id)) {
            return id.toLowerCase(Locale.ROOT);
        }
        return type == null ? id : type + "/" + id;
    }

    private static boolean isUuid(String id) {
        if (id.length() != UUID.length()) {
            return false;
        }
        for (int i = 0; i < UUID.length(); i++) {
            char c = id.charAt(i);
            boolean hex = c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
            if (UUID.charAt(i) == 'x' ? !hex : c != '-') {
                return false;
            }
        }
        return true;
    }
}
