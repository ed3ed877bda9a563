package io.sluice.protection.transform;

import io.sluice.protection.text.Findings;
import io.sluice.protection.text.TextMasker;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * {@code mask.identifiers}: looks inside a free text and masks what is known of the record's persons and what has the form
 * of an identifier. What it cannot look into does not go out. In FHIR, {@code div} is a narrative in XHTML, {@code data}
 * and values of type base64Binary are what an attachment's type says; all else is text or Markdown.
 */
final class MaskIdentifiers extends Transform {
    static final byte[] DIV = name("div");
    static final byte[] DATA = name("data");
    private static final byte[] CONTENT_TYPE = name("contentType");
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

    private static byte[] name(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
