package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;

/** What one report makes of the entries that it is shown, in one pass. For one report and one thread. */
interface Body {
    /** Takes an entry; they come in the order of the log. */
    void take(long place, JsonNode entry);

    /** Writes what was found. */
    void write(Draft draft);
}
