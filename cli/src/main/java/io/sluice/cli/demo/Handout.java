package io.sluice.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.certs.DevIdentity;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.config.Durations;
import io.sluice.cli.config.Size;
import io.sluice.cli.output.Json;
import io.sluice.cli.stack.EmbeddedStack;
import io.sluice.core.cluster.ClusterSizing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a demo leaves in its folder for whoever works beside it: {@code sluice.yaml}, by which the other verbs reach it;
 * {@code env.sh}, its addresses for a shell; and {@code sample.json}, a record to post. Paths and addresses, no secret.
 */
public final class Handout {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final long SEED = 42;

    private Handout() {}

    /**
     * Writes the three files anew, since ports differ from start to start.
     *
     * @param rulebook the officers' folder that the demo watches
     */
    public static void write(EmbeddedStack stack, Path rulebook) {
        Path root = stack.folder().root();
        write(
                root.resolve("sluice.yaml"),
                settings(stack, rulebook.toAbsolutePath().normalize()));
        write(root.resolve("env.sh"), environment(stack));
        write(root.resolve("sample.json"), sample());
    }

    /** The demo's folder is laid out as the defaults of {@code sluice.yaml} are, so only the rest needs to be said. */
    private static String settings(EmbeddedStack stack, Path rulebook) {
        ClusterSizing sizes = stack.layout().sizing();
        return """
            # The settings of this demo, for the other verbs: ./sluice policy history --config FILE
            # Written at each start; paths are relative to this folder.
            tenant: %s
            kafka:
              bootstrap: %s
              generation: %d
            cluster:
              ingressPartitions: %d
              auditPartitions: %d
              releasedPartitions: %d
              replicationFactor: %d
              minInsyncReplicas: %d
              ingressRetention: %s
              quarantineRetention: %s
              releasedRetention: %s
              releasedBytes: %s
            policy:
              rulebook: %s
              trustRoot: keys/trust-root.json
            gateway:
              port: %d
            reveal:
              client:
                address: %s
            """.formatted(
                Json.line(stack.topics().tenant()),
                Json.line(String.valueOf(stack.kafka(DevIdentity.OFFICER).get("bootstrap.servers"))),
                stack.topics().generation(),
                sizes.ingressPartitions(),
                sizes.auditPartitions(),
                sizes.releasedPartitions(),
                sizes.replicationFactor(),
                sizes.minInsyncReplicas(),
                Durations.format(sizes.ingressRetention()),
                Durations.format(sizes.quarantineRetention()),
                Durations.format(sizes.releasedRetention()),
                new Size(sizes.releasedBytes()),
                Json.line(rulebook.toString()),
                stack.gatewayAddress().getPort(),
                Json.line(stack.revealAddress().toString()));
    }

    private static String environment(EmbeddedStack stack) {
        Path root = stack.folder().root();
        return """
            # Addresses, certificates and settings of the demo in this folder, for a shell: . env.sh
            # Written at each start.
            export GATEWAY=%s
            export MANAGEMENT=%s
            export AUDIT=%s
            export CONSOLE=%s
            export REVEAL=%s
            export DEMO=%s
            export CERTS=%s
            export SLUICE_CONFIG=%s
            """.formatted(
                        stack.gatewayAddress(),
                        stack.managementAddress(),
                        stack.auditAddress(),
                        stack.consoleAddress(),
                        stack.revealAddress(),
                        quoted(root),
                        quoted(stack.pki().folder()),
                        quoted(root.resolve("sluice.yaml")));
    }

    /** One word for a shell, whatever is in it. */
    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "'\\''") + "'";
    }

    /** The id of the patient of {@code sample.json}. */
    static String samplePatient() {
        return Patient.draw(new Draw(SEED)).id().toString();
    }

    private static String sample() {
        Draw draw = new Draw(SEED);
        try {
            return MAPPER.writerWithDefaultPrettyPrinter()
                    .writeValueAsString(Patient.draw(draw).resource(draw));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree always has a JSON form", e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be written", e);
        }
    }
}
