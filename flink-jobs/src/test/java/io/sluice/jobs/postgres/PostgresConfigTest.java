package io.sluice.jobs.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresConfigTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:5432", "localhost:5432", "[::1]:5432", "127.0.0.1:1,localhost:2"})
    void tlsMayBeOffOnThisMachine(String servers) {
        assertThatCode(() -> config(servers, "sluice", "sluice", "deliver", false, 500))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "db.example.org:5432",
                "10.0.0.1:5432",
                "127.0.0.1:1,db:2",
                "127.0.0.1.example.org:1",
                "[::2]:5432"
            })
    void tlsMayNotBeOffElsewhere(String servers) {
        assertThatCode(() -> config(servers, "sluice", "sluice", "deliver", true, 500))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> config(servers, "sluice", "sluice", "deliver", false, 500))
                .hasMessageContaining("tls");
    }

    /** What goes into a URL or a statement must not end it. */
    @ParameterizedTest
    @CsvSource({
        "db, sluice, sluice, deliver, servers",
        "db:5432/x?sslmode=disable, sluice, sluice, deliver, servers",
        "db:5432?ssl=false&a=:1, sluice, sluice, deliver, servers",
        "db:5432, sluice?sslmode=disable, sluice, deliver, database",
        "db:5432, '', sluice, deliver, database",
        "db:5432, sluice, 'a\"b', deliver, schema",
        "db:5432, sluice, pg_temp, deliver, schema",
        "db:5432, sluice, Sluice, deliver, schema",
        "db:5432, sluice, sluice, 'a\"b', user"
    })
    void whatIsNoNameIsNamed(String servers, String database, String schema, String user, String setting) {
        assertThatThrownBy(() -> config(servers, database, schema, user, true, 500))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(setting + " must be");
    }

    @Test
    void batchesHaveALimit() {
        assertThatThrownBy(() -> config("db:5432", "sluice", "sluice", "deliver", true, 0))
                .hasMessageContaining("batchRows");
        assertThatThrownBy(() -> config("db:5432", "sluice", "sluice", "deliver", true, 10_001))
                .hasMessageContaining("batchRows");
    }

    @Test
    void messagesNameThePlaceAndNoSecret() {
        assertThat(config("db:5432", "health", "sluice", "deliver", true, 1).where())
                .isEqualTo("PostgreSQL at db:5432, database health, schema sluice, role deliver");
    }

    private static PostgresConfig config(
            String servers, String database, String schema, String user, boolean tls, int rows) {
        return new PostgresConfig(
                servers, database, schema, user, "password", tls, "root.pem", "dev", rows, Duration.ofSeconds(1));
    }
}
