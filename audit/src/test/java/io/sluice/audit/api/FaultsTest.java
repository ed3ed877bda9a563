package io.sluice.audit.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.audit.index.IndexException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class FaultsTest {
    /** A database that is away is 503, and may come back; entries that are not those of the log are the log's fault. */
    @Test
    void anIndexThatDoesNotAnswerIsToldFromOneThatIsWrong() {
        assertThat(Faults.refusal(new IndexException("cannot ask the index", new SQLException("gone")))
                        .code())
                .isEqualTo(ProblemCode.INDEX_UNAVAILABLE);
        assertThat(Faults.refusal(new IndexException("entries are not those", new IllegalStateException("root")))
                        .code())
                .isEqualTo(ProblemCode.INTERNAL);
        assertThat(asked("57014")).as("statement timeout: narrow it").isEqualTo(ProblemCode.BACK_PRESSURE);
        assertThat(asked("55P03")).as("another builds it").isEqualTo(ProblemCode.INDEX_NOT_READY);
        assertThat(asked("42P01")).as("another dropped it").isEqualTo(ProblemCode.INDEX_NOT_READY);
        assertThat(asked("08006")).isEqualTo(ProblemCode.INDEX_UNAVAILABLE);
        assertThat(ProblemCode.INDEX_UNAVAILABLE.status()).isEqualTo(503);
    }

    private static ProblemCode asked(String state) {
        return Faults.refusal(new IndexException("cannot ask the index", new SQLException("said", state)))
                .code();
    }
}
