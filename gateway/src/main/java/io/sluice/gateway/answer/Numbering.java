package io.sluice.gateway.answer;

/** How the events of a batch are counted. */
public enum Numbering {
    /** Lines of an NDJSON body from 1, blank ones included, as an editor shows them. */
    LINE("line"),
    /** Elements of an array from 0, as a JSON Pointer counts them. */
    INDEX("index");

    private final String member;

    Numbering(String member) {
        this.member = member;
    }

    /** The member of the answer that holds it. */
    public String member() {
        return member;
    }
}
