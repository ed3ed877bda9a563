package io.sluice.protection.transform;

import io.sluice.protection.text.Findings;
import io.sluice.protection.text.TextMasker;
import org.jspecify.annotations.Nullable;

/**
 * {@code mask.identifiers}: looks inside a free text and masks what is known of the record's persons and what has the form
 * of an identifier. What it cannot look into does not go out. In FHIR, {@code div} is a narrative in XHTML, {@code data}
 * and values of type base64Binary are what an attachment's type says; all else is text or Markdown.
 */
final class MaskIdentifiers extends Transform {
    static final MemberName DIV = MemberName.of("div");
    static final MemberName DATA = MemberName.of("data");
    private static final MemberName CONTENT_TYPE = MemberName.of("contentType");
    private static final String BINARY = "Base64Binary";

    private final boolean fhir;

    MaskIdentifiers(boolean fhir) {
        this.fhir = fhir;
    }

    @Override
    Outcome write(Field field, ViewWriter out) {
        if (field.kind() == JsonTape.NULL) {
            return writeNull(out);
        }
        String masked = masked(field, field.context().texts(), field.findings());
        if (masked == null) {
            return Outcome.ABSENT;
        }
        out.string(masked);
        return Outcome.WRITTEN;
    }

    private @Nullable String masked(Field field, TextMasker texts, Findings findings) {
        if (fhir && field.isNamed(DIV)) {
            return texts.narrative(field.text(), findings);
        }
        if (fhir && (field.isNamed(DATA) || field.nameEndsWith(BINARY))) {
            return texts.attachment(field.text(), field.sibling(CONTENT_TYPE), findings);
        }
        return texts.plain(field.text(), findings);
    }
}
