package io.sluice.audit.export;

import java.util.Map;

/**
 * What kind of thing an act is, in the words of DICOM PS3.16 (CID 400 and 401), FHIR and OCSF.
 *
 * @param type DICOM code of the kind of event
 * @param subtype DICOM code of the event within its kind; empty where there is none that fits
 * @param action FHIR's audit-event-action: C, R, U, D or E
 * @param failed whether what was wanted was refused
 */
record Deed(String type, String subtype, char action, boolean failed) {
    private static final Deed OTHER = new Deed("110100", "", 'E', false); // Application Activity
    private static final Deed SECURITY = new Deed("110113", "110129", 'U', false); // Security Configuration
    private static final Deed HOLD = new Deed("110113", "110135", 'U', false); // Object Security Attributes Changed
    private static final Deed REFUSED = new Deed("110113", "110132", 'E', true); // Use of Restricted Function
    private static final Deed DESTROYED = new Deed("110110", "", 'D', false); // Patient Record
    private static final Deed LOG_READ = new Deed("110101", "", 'R', false); // Audit Log Used

    private static final Map<String, Deed> BY_CODE = Map.ofEntries(
            Map.entry("admission-refused", REFUSED),
            Map.entry("policy-refused", REFUSED),
            Map.entry("audit-refused", REFUSED),
            Map.entry("requeue-refused", REFUSED),
            Map.entry("reveal-refused", REFUSED),
            Map.entry("entry-refused", REFUSED),
            Map.entry("policy-built", SECURITY),
            Map.entry("policy-approved", SECURITY),
            Map.entry("policy-activated", SECURITY),
            Map.entry("canary-returned", SECURITY),
            Map.entry("config-changed", SECURITY),
            Map.entry("key-rotated", SECURITY),
            Map.entry("legal-hold-set", HOLD),
            Map.entry("accounting-suspended", HOLD),
            Map.entry("accounting-resumed", HOLD),
            Map.entry("legal-hold-released", HOLD),
            Map.entry("erasure-punctured", DESTROYED),
            Map.entry("erasure-keys-destroyed", DESTROYED),
            Map.entry("subject-erased", DESTROYED),
            Map.entry("period-keys-destroyed", DESTROYED),
            Map.entry("audit-read", LOG_READ),
            Map.entry("activity-reviewed", LOG_READ),
            Map.entry("builder-started", new Deed("110100", "110120", 'E', false)), // Application Start
            Map.entry("log-pruned", new Deed("110101", "", 'D', false)), // Audit Log Used
            Map.entry("quarantine-read", new Deed("110112", "", 'R', false)), // Query
            Map.entry("reviews-listed", new Deed("110112", "", 'R', false)),
            Map.entry("value-revealed", new Deed("110110", "", 'R', false)), // Patient Record
            Map.entry("emergency-opened", new Deed("110113", "110127", 'E', false))); // Emergency Override Started

    /** Of the code of an act; an act that has no better name is an activity of the application. */
    static Deed of(String code) {
        return BY_CODE.getOrDefault(code, OTHER);
    }
}
