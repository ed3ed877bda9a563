package io.sluice.policies.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpaRestConfigTest {
    private static OpaRestConfig config(@Nullable String trust, String... servers) {
        return new OpaRestConfig(List.of(servers), trust, null, Duration.ofSeconds(2), 1 << 20);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:8181",
                "http://127.8.0.1",
                "http://localhost:8181/opa",
                "http://[::1]:8181",
                "http://[0:0:0:0:0:0:0:1]"
            })
    void plainHttpReachesThisMachine(String server) {
        assertThat(config(null, server).servers()).containsExactly(server);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            http://opa.example:8181         | must begin with https
            http://10.0.0.1:8181            | must begin with https
            http://127.0.0.1.example        | must begin with https
            http://localhost.example        | must begin with https
            http://[2001:db8::1]:8181       | must begin with https
            ftp://127.0.0.1                 | must begin with https
            opa.example:8181                | must be like https://
            https://ada:secret@opa.example  | must be like https://
            https://opa.example/            | must be like https://
            https://opa.example?x=1         | must be like https://
            https://opa.example#x           | must be like https://
            /v1/data                        | must be like https://
            //opa.example                   | must begin with https
            https://opa.example:65536       | must be like https://
            https://opa example             | must be addresses
            """)
    void whatIsNoServerIsRefused(String server, String message) {
        assertThatThrownBy(() -> config("ca.pem", server))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("secret");
    }

    @Test
    void httpsNeedsItsAuthorities() {
        assertThatThrownBy(() -> config(null, "http://localhost", "https://opa.example"))
                .hasMessageContaining("trust must name");
        assertThatThrownBy(() -> config(null)).hasMessageContaining("servers must name");
    }

    @Test
    void limitsAreInRange() {
        List<String> server = List.of("http://localhost");
        Duration timeout = Duration.ofSeconds(2);
        assertThatThrownBy(() -> new OpaRestConfig(server, null, null, Duration.ZERO, 1024))
                .hasMessageContaining("timeout must be");
        assertThatThrownBy(() -> new OpaRestConfig(server, null, null, Duration.ofHours(1), 1024))
                .hasMessageContaining("timeout must be");
        assertThatThrownBy(() -> new OpaRestConfig(server, null, null, timeout, 1023))
                .hasMessageContaining("maxAnswerBytes must be");
    }
}
