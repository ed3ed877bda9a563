package io.sluice.audit.console;

import static io.sluice.audit.console.Html.of;

import io.sluice.policies.verify.VerifiedBundle;

/**
 * A revision that pages can show.
 *
 * @param bundle what it is
 * @param standing what became of it
 */
record Revision(VerifiedBundle bundle, Standing standing) {
    private static final int SHORT = 12;

    /** What became of a revision. */
    enum Standing {
        IN_FORCE,
        DECIDED,
        /** Signed by a trusted key, and neither approved nor in force. */
        DRAFT
    }

    /** How addresses name it: a number, which drafts may share with others. */
    String name() {
        return standing == Standing.DRAFT ? "draft-" + digest() : Long.toString(bundle.revision());
    }

    /** How a list of them names it. */
    String label() {
        return switch (standing) {
            case IN_FORCE -> bundle.revision() + " (in force)";
            case DECIDED -> Long.toString(bundle.revision());
            case DRAFT -> "draft of " + bundle.revision() + " (" + digest() + ")";
        };
    }

    /** How a text names it. */
    Html named() {
        return of(
                "span",
                (standing == Standing.DRAFT ? "the draft of revision " : "revision ") + bundle.revision() + " (",
                of("code", digest()),
                ")");
    }

    private String digest() {
        return bundle.digest().substring(0, SHORT);
    }
}
