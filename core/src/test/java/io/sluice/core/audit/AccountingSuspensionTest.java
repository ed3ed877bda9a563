package io.sluice.core.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.audit.AccountingSuspension.Statement;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.StrictJson;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AccountingSuspensionTest {
    private static final Instant FROM = Instant.parse("2026-11-01T09:00:00Z");

    private static AccountingSuspension of(Statement statement, Duration time) {
        return new AccountingSuspension("registry", "State AG, case 12", statement, FROM, FROM.plus(time));
    }

    @Test
    void standsFromTheStatementUntilItsTimeIsOver() {
        AccountingSuspension year = of(Statement.WRITTEN, Duration.ofDays(365));

        assertThat(year.standsAt(FROM.minusSeconds(1))).isFalse();
        assertThat(year.standsAt(FROM)).isTrue();
        assertThat(year.standsAt(year.until().minusSeconds(1))).isTrue();
        assertThat(year.standsAt(year.until())).isFalse();
    }

    /** 45 CFR 164.528(a)(2)(ii)(C). */
    @Test
    void anOralOneLastsThirtyDaysAtMost() {
        assertThat(of(Statement.ORAL, Duration.ofDays(30)).until()).isEqualTo("2026-12-01T09:00:00Z");
        assertThatThrownBy(() -> of(Statement.ORAL, Duration.ofDays(30).plusSeconds(1)))
                .hasMessageContaining("30 days at most, until 2026-12-01T09:00:00Z");
    }

    @Test
    void isReadAsItWasWrittenAndNothingElseIs() throws Exception {
        AccountingSuspension oral = of(Statement.ORAL, Duration.ofDays(3));

        assertThat(AccountingSuspension.of(StrictJson.read(CanonicalJson.bytes(oral.toJson()))))
                .isEqualTo(oral);
        for (String member : oral.toJson().keySet()) {
            Map<String, Object> without = oral.toJson();
            without.remove(member);
            assertThatThrownBy(() -> AccountingSuspension.of(StrictJson.read(CanonicalJson.bytes(without))))
                    .as(member)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> of(Statement.WRITTEN, Duration.ZERO)).hasMessageContaining("ends after it began");
    }
}
