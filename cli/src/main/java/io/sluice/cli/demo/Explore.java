package io.sluice.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.certs.DevIdentity;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.stack.EmbeddedStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What to do next with a demo that is up: commands to copy, and the sample that they post. */
public final class Explore {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final long SEED = 42;

    private Explore() {}

    /** Writes the sample and returns the commands. */
    public static String text(EmbeddedStack stack) {
        Path root = stack.folder().root();
        var producer = stack.pki().identity(DevIdentity.ST_ELSEWHERE);
        sample(root.resolve("sample.json"));
        return String.join(
                "\n",
                "cd " + root,
                "",
                "# post a record; every post is a new one",
                "curl --cacert " + root.relativize(stack.pki().trust()) + " \\",
                "     --cert " + root.relativize(producer.chain()) + " \\",
                "     --key " + root.relativize(producer.key()) + " \\",
                "     -H 'Content-Type: application/fhir+json' -H 'Sluice-Purpose: treatment' \\",
                "     --data-binary @sample.json \\",
                "     " + stack.gatewayAddress() + "/v1/datasets/fhir-patient/events",
                "",
                "curl " + stack.managementAddress() + "/readyz",
                "curl " + stack.managementAddress() + "/metrics",
                "curl --cacert " + root.relativize(stack.pki().trust()) + " " + stack.auditAddress() + "/checkpoint");
    }

    private static void sample(Path file) {
        Draw draw = new Draw(SEED);
        try {
            Files.writeString(
                    file,
                    MAPPER.writerWithDefaultPrettyPrinter()
                            .writeValueAsString(Patient.draw(draw).resource(draw)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree always has a JSON form", e);
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be written", e);
        }
    }
}
