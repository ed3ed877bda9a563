package io.sluice.protection.transform;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    /** A literal reference, relative or absolute, perhaps to a version: FHIR R4 2.3.0.1. */
    private static final Pattern LITERAL = Pattern.compile(
            "(?:https?://[^?#]*/)?([A-Z][A-Za-z]{1,63})/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?");

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
        Matcher literal = LITERAL.matcher(reference);
        return literal.matches() ? id(literal.group(1), literal.group(2)) : id(null, reference);
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
