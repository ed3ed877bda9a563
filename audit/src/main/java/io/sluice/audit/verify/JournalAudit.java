package io.sluice.audit.verify;

import io.sluice.audit.log.LogFiles;
import io.sluice.audit.log.OffsetsJournal.Row;
import io.sluice.audit.merkle.CompactRange;
import io.sluice.audit.merkle.Hash;
import io.sluice.audit.verify.Finding.Question;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Compares the roots that the journal notes with those of the tree as it grows. */
final class JournalAudit {
    private final List<Row> rows;
    private final Findings findings;
    private final CompactRange range = CompactRange.empty();
    private final List<Row> wrong = new ArrayList<>();
    private int next;

    JournalAudit(List<Row> rows, Findings findings) {
        this.rows = rows.stream().sorted(Comparator.comparingLong(Row::size)).toList();
        this.findings = findings;
        compare();
    }

    void leaf(Hash leaf) {
        if (next < rows.size()) {
            range.append(leaf);
            compare();
        }
    }

    /** Blames the journal only where the tree itself is what was signed. */
    void finish() {
        if (!findings.failed(Question.INTACT)) {
            wrong.forEach(row -> findings.altered(
                    LogFiles.OFFSETS, "the root that it notes for size " + row.size() + " is another"));
        }
    }

    private void compare() {
        while (next < rows.size() && rows.get(next).size() <= range.size()) {
            Row row = rows.get(next++);
            if (row.size() == range.size() && !row.root().equals(range.root())) {
                wrong.add(row);
            }
        }
    }
}
