package io.sluice.protection.text;

import java.util.Locale;

/** Why a text does not go out. Codes never change their meaning. */
public enum TextDropped {
    /** No record so far has said enough of who the subject is to know what to look for. */
    SUBJECT_UNKNOWN,
    /** There are more identifiers, or longer ones, than the limits allow. */
    IDENTIFIERS_OVER_LIMIT,
    /** What was remembered of the subject does not open. */
    IDENTIFIERS_UNREADABLE,
    /** It is longer than the limits allow. */
    TEXT_TOO_LONG,
    /** It is no text of its type: not well-formed, not of its character set, a picture. */
    TEXT_UNREADABLE,
    /** An attachment of a type that is not looked into. */
    TYPE_NOT_LOOKED_INTO,
    /** Nothing is left of it. */
    NOTHING_LEFT;

    String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
