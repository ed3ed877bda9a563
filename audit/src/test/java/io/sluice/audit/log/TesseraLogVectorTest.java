package io.sluice.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.audit.merkle.CompactRange;
import io.sluice.audit.merkle.TreeHashes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The whole-log vector of Tessera's {@code testdata/log}: its entries give its root. */
class TesseraLogVectorTest {
    @Test
    void givesTesserasRoot() {
        CompactRange range = CompactRange.empty();
        for (String entry : List.of(
                "one",
                "two",
                "three",
                "four",
                "five",
                "six",
                "seven",
                "eit",
                "nain",
                "ten",
                "ileven",
                "twelf",
                "threeten",
                "fourten",
                "fivten")) {
            range.append(TreeHashes.leaf(entry.getBytes(StandardCharsets.UTF_8)));
        }
        assertThat(range.root().toBase64()).isEqualTo("rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=");
    }
}
