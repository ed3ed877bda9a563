package io.sluice.core.encoding;

/** A text that is not strict JSON. The message names fault and place, never the content. */
public final class MalformedJsonException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param fault what is wrong, in words
     * @param line line of the fault, from 1; 0 where unknown
     * @param column column of the fault, from 1; 0 where unknown
     */
    public MalformedJsonException(String fault, int line, int column) {
        super(line > 0 ? fault + " (line " + line + ", column " + column + ")" : fault);
    }
}
