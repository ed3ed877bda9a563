package io.sluice.protection.transform;

import java.nio.charset.StandardCharsets;

/**
 * The associated data of one field after the other, in one buffer: the start of its form, then subject, record, path and
 * purpose, each behind its length; those that the binding leaves out are empty. A part longer than 65,535 bytes does not
 * fit. Confined to one thread.
 */
final class Sf1Associated {
    private final ByteSink bytes = new ByteSink();
    private final Sf1.Form form;
    private boolean fits;
    private int path;

    Sf1Associated(Sf1.Form form) {
        this.form = form;
    }

    /** Begins with the start that all fields of the form, type, tenant and dataset have in common. */
    void begin(byte[] prefix, String subjectRef, String recordId) {
        bytes.reset();
        bytes.add(prefix);
        fits = add(form.binding() == Sf1.Binding.DATASET ? "" : subjectRef)
                & add(form.binding() == Sf1.Binding.RECORD ? recordId : "");
    }

    /** Where the path is to be added, until {@link #endPath}. */
    ByteSink beginPath() {
        path = bytes.beginPrefixed();
        return bytes;
    }

    /** Ends the path and adds the purpose. False where a part did not fit. */
    boolean endPath(byte[] purpose) {
        if (form.suite().deterministic()) {
            starIndexes();
        }
        return bytes.endPrefixed(path) && bytes.addPrefixed(purpose) && fits;
    }

    /** What was built. */
    ByteSink bytes() {
        return bytes;
    }

    private boolean add(String text) {
        return bytes.addPrefixed(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes {@code *} for each segment that could be an index: where an element stands says nothing about what it is. */
    private void starIndexes() {
        byte[] array = bytes.array();
        int to = path;
        int from = path;
        while (from < bytes.length()) {
            int end = from + 1;
            while (end < bytes.length() && array[end] != '/') {
                end++;
            }
            array[to++] = array[from];
            if (isIndex(array, from + 1, end)) {
                array[to++] = '*';
            } else {
                System.arraycopy(array, from + 1, array, to, end - from - 1);
                to += end - from - 1;
            }
            from = end;
        }
        bytes.cutTo(to);
    }

    /** An array index of RFC 6901 section 4. */
    private static boolean isIndex(byte[] array, int start, int end) {
        for (int i = start; i < end; i++) {
            if (array[i] < '0' || array[i] > '9') {
                return false;
            }
        }
        return end > start && (array[start] != '0' || end == start + 1);
    }
}
