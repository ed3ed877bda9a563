package io.sluice.protection.transform;

/** The type of a field before it was encrypted. The order is the code in SF1's flags and frozen. */
public enum Sf1Type {
    /** A string. */
    STRING,
    /** A number without fraction and exponent. */
    INT,
    /** Any other number. */
    DECIMAL,
    /** A boolean. */
    BOOL,
    /** Bytes. Not written by this version. */
    BYTES,
    /** A JSON value. Not written by this version. */
    JSON
}
