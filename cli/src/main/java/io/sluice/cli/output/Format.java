package io.sluice.cli.output;

/** For whom a command prints. */
public enum Format {
    /** For people. */
    text,
    /** For programs: one JSON document on standard output. */
    json
}
