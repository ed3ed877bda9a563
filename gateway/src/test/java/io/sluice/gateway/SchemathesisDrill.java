package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.PemIdentity;
import io.sluice.serving.operate.OpenApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Schemathesis makes requests out of {@code openapi.json}, good and bad, and holds the answers against it: no server error, no
 * status, media type, header or body that is not described. A drill that the suite does not run; {@code docs/operations.md} says how.
 */
class SchemathesisDrill {
    private static final String CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,"
            + "response_headers_conformance,response_schema_conformance,unsupported_method";

    @TempDir
    Path folder;

    @Test
    @EnabledIfEnvironmentVariable(named = "SCHEMATHESIS", matches = ".+")
    void findsNothingThatIsNotDescribed() throws Exception {
        PemIdentity webshop = TestGateway.pki().identity(DevIdentity.WEBSHOP);
        Path api = Files.write(folder.resolve("openapi.json"), OpenApi.of("gateway"));
        Path config = Files.writeString(folder.resolve("schemathesis.toml"), """
                [parameters]
                "path.dataset" = "orders"
                """);
        try (TestGateway running = new TestGateway()) {
            List<String> command = new ArrayList<>(List.of(
                    System.getenv("SCHEMATHESIS"),
                    "--config-file",
                    config.toString(),
                    "run",
                    api.toString(),
                    "--url",
                    "https://localhost:" + running.gateway.dataPort(),
                    "--request-cert",
                    webshop.chain().toString(),
                    "--request-cert-key",
                    webshop.key().toString(),
                    "--tls-verify",
                    TestGateway.pki().trust().toString(),
                    "--checks",
                    CHECKS,
                    "--max-examples",
                    System.getProperty("schemathesis.examples", "50"),
                    "--continue-on-failure"));
            Path output = folder.resolve("output");
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();

            assertThat(process.waitFor(20, TimeUnit.MINUTES)).isTrue();
            String said = Files.readString(output);
            System.out.println(said);
            assertThat(process.exitValue()).as(said).isZero();
        }
    }
}
