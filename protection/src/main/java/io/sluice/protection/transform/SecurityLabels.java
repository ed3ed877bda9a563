package io.sluice.protection.transform;

import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.SecurityLabel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The labels that the views of one plan get, by what it did to a record. Confined to one thread. */
final class SecurityLabels {
    private static final SecurityLabel[] LABELS = SecurityLabel.values();

    /** The label of each rule, as a bit. */
    private final int[] bits;
    /** Texts by the set of labels; null until first asked for. */
    private final byte[][] texts = new byte[1 << LABELS.length][];

    SecurityLabels(List<FieldRule> rules) {
        this.bits = rules.stream()
                .mapToInt(rule -> SecurityLabel.of(rule.transform().kind())
                        .map(label -> 1 << label.ordinal())
                        .orElse(0))
                .toArray();
    }

    /** Codings in JSON, separated by commas; empty where nothing was done. The array is shared. */
    byte[] of(int[] counts, int undeclared) {
        int done = undeclared > 0 ? 1 << SecurityLabel.SUBSETTED.ordinal() : 0;
        for (int i = 0; i < bits.length; i++) {
            if (counts[i] > 0) {
                done |= bits[i];
            }
        }
        byte[] text = texts[done];
        if (text == null) {
            text = text(done).getBytes(StandardCharsets.UTF_8);
            texts[done] = text;
        }
        return text;
    }

    private static String text(int done) {
        return Arrays.stream(LABELS)
                .filter(label -> (done & 1 << label.ordinal()) != 0)
                .map(label -> "{\"system\":\"" + SecurityLabel.SYSTEM + "\",\"code\":\"" + label + "\"}")
                .collect(Collectors.joining(","));
    }
}
