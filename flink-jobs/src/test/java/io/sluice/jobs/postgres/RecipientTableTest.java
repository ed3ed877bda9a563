package io.sluice.jobs.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecipientTableTest {
    @Test
    void aRecipientsIdIsTheTablesName() {
        assertThat(new RecipientTable("sluice", "care-2").qualified()).isEqualTo("\"sluice\".\"care-2\"");
    }

    /** PostgreSQL would cut them to the same 63 bytes, and two recipients would share a table. */
    @Test
    void longIdsKeepNamesOfTheirOwn() {
        Set<String> names = new HashSet<>();
        for (String end : new String[] {"aa", "ab", "ba", "a"}) {
            String name = new RecipientTable("sluice", "r".repeat(62) + end).name();
            assertThat(name).hasSizeLessThanOrEqualTo(63);
            names.add(name);
        }
        assertThat(names).hasSize(4);
    }

    @Test
    void indexesHaveNamesOfTheirOwnToo() {
        Set<String> names = new HashSet<>();
        for (String recipient : new String[] {"r".repeat(55), "r".repeat(56), "r".repeat(64)}) {
            for (String statement : new RecipientTable("sluice", recipient).ddl()) {
                String name = statement.replaceAll("(?s)^CREATE (?:TABLE|INDEX) IF NOT EXISTS (\"[^ ]+).*", "$1");
                assertThat(name.length()).isLessThanOrEqualTo(63 + "\"sluice\".\"\"".length());
                names.add(name);
            }
        }
        assertThat(names).hasSize(9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Care", "care\"; DROP TABLE x; --", "sluice_delivery", "care~offset"})
    void whatIsNoRecipientHasNoTable(String recipient) {
        assertThatThrownBy(() -> new RecipientTable("sluice", recipient)).isInstanceOf(IllegalArgumentException.class);
    }
}
