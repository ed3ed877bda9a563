package io.sluice.protection.text;

import io.sluice.protection.text.FoldedText.Reading;
import io.sluice.protection.text.Marks.Mark;
import java.util.List;

/** A text in which everything has been found; what is masked is left out of what it gives. Confined to one thread. */
final class SearchedText {
    private final String text;
    private final List<Mark> marks;
    /** The first mark that does not end before the place asked for last. */
    private int next;

    private SearchedText(String text, List<Mark> marks) {
        this.text = text;
        this.marks = marks;
    }

    /** Looks at a text as it stands and, where it may read otherwise, as it reads. */
    static SearchedText of(String text, Needles needles, Findings findings) {
        Marks marks = new Marks();
        boolean references = text.indexOf('&') >= 0 || text.indexOf('%') >= 0 || text.indexOf('\\') >= 0;
        for (Reading reading : Reading.values()) {
            boolean differs =
                    switch (reading) {
                        case RAW -> true;
                        case DECODED -> references;
                        case RENDERED -> text.indexOf('<') >= 0;
                    };
            if (differs) {
                FoldedText folded = FoldedText.of(text, reading);
                needles.mark(folded, marks);
                Shapes.mark(folded, marks);
            }
        }
        List<Mark> merged = marks.merged();
        merged.forEach(mark -> findings.masked(mark.kind()));
        return new SearchedText(text, merged);
    }

    /** All of it. */
    String masked() {
        return masked(0, text.length());
    }

    /** A part; each part must start where the one before it ended, or behind. */
    String masked(int from, int to) {
        StringBuilder out = new StringBuilder(to - from);
        int at = from;
        while (next < marks.size() && marks.get(next).from() < to) {
            Mark mark = marks.get(next);
            if (mark.from() >= from) {
                out.append(text, at, mark.from()).append(mark.kind().mark());
            }
            at = Math.max(at, Math.min(mark.to(), to));
            if (mark.to() > to) {
                return out.toString();
            }
            next++;
        }
        return out.append(text, at, to).toString();
    }
}
