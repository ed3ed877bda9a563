package io.sluice.cli.room;

import io.sluice.cli.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** What a room needs before it starts. Every file that is missing is named at once, with its setting. */
final class Needed {
    private final List<String> missing = new ArrayList<>();

    /** A file of a setting. @param fix what makes it */
    Needed file(String setting, Path file, String fix) {
        if (!Files.isRegularFile(file)) {
            missing.add(setting + ": " + file + " does not exist; " + fix);
        } else if (!Files.isReadable(file)) {
            missing.add(setting + ": " + file + " cannot be read by this user");
        }
        return this;
    }

    /** A certificate or key of the deployment's PKI. */
    Needed pem(String setting, Path file) {
        return file(setting, file, "set it to the PEM file (for development: sluice certs dev)");
    }

    /** @throws CommandFailure naming everything that is missing */
    void require() {
        if (!missing.isEmpty()) {
            throw new CommandFailure("files are missing\n  " + String.join("\n  ", missing));
        }
    }

    /**
     * Makes a Kafka client once, without connecting, so that a key or certificate that cannot be used is an error of the
     * start and not one that a room retries for ever.
     */
    static void usable(String keystoreSetting, Map<String, Object> client) {
        try (Admin admin = Admin.create(client)) {
            java.util.Objects.requireNonNull(admin);
        } catch (KafkaException e) {
            throw new CommandFailure(
                    "no Kafka client can be made of " + keystoreSetting + " (" + client.get("ssl.keystore.location")
                            + "), kafka.trust (" + client.get("ssl.truststore.location") + ") and kafka.bootstrap ("
                            + client.get("bootstrap.servers") + ")",
                    e);
        }
    }
}
