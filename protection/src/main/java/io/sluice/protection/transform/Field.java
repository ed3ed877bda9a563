package io.sluice.protection.transform;

import io.sluice.protection.text.Findings;
import org.jspecify.annotations.Nullable;

/** The scalar that a transform is given, and where it stands. Valid during the call only. */
interface Field {
    /** One of {@link JsonTape}'s kinds of scalars. */
    int kind();

    /** Its text, unescaped; null where it is a string that is not valid Unicode. */
    @Nullable
    String text();

    /** Its text in UTF-8, a copy; null where {@link #text} is. */
    byte @Nullable [] utf8();

    /** Writes the value exactly as it stands in the payload. */
    void copyTo(ViewWriter out);

    /** Whether it is the member of that name; an element of an array has none. */
    boolean isNamed(MemberName name);

    /** Whether the name of its member ends so. */
    boolean nameEndsWith(String suffix);

    /** The text of the member of that name beside it; null where there is none. */
    @Nullable
    String sibling(MemberName name);

    /** Counts what is found in the texts of the view. */
    Findings findings();

    /** The record's context. */
    RecordContext context();

    /** Appends the JSON Pointer at which the result will stand in the view. */
    void pointer(ByteSink out);

    /** A fresh nonce of 24 bytes whose first 12 are those of the other fields of this view; valid until the next. */
    byte[] nonce();
}
