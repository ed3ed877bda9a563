package io.sluice.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.output.Json;
import io.sluice.custodian.erase.ErasureCertificate;
import io.sluice.protection.keys.CustodianPublicKey;
import io.sluice.protection.keys.KeyAccessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verifies a certificate without Kafka. */
@Command(
        name = "verify",
        description = {
            "Verify an erasure certificate offline: that this custodian signed it and nobody altered it.",
            "What it says is said by whoever holds the custodian's key; pin that key from another source."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {"0:it is genuine", "1:it is not, or a file cannot be read", "2:the command line was wrong"},
        footer = {"%nExample:", "  ./sluice subject verify certificate.json --key custodian.pub.pem"})
final class SubjectVerifyCommand extends Verb {
    private static final long MAX_BYTES = 1 << 20;

    @Parameters(paramLabel = "FILE", description = "The certificate, as \"subject certificate\" prints it.")
    private @Nullable Path file;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "The custodian's public key in PEM. Without it: that of keys.tree.custodian.")
    private @Nullable Path key;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        Path certificate = java.util.Objects.requireNonNull(file, "picocli sets it");
        Path pinned = key != null ? key : config().keys().tree().custodian();
        try {
            JsonNode verified = ErasureCertificate.verify(read(certificate), CustodianPublicKey.read(pinned));
            print(verified);
            return ExitCode.OK;
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(certificate + " does not hold: " + e.getMessage());
        } catch (KeyAccessException e) {
            throw new CommandFailure("The custodian's key " + pinned + " cannot be used", e);
        }
    }

    private static byte[] read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new CommandFailure(file + " has more than " + MAX_BYTES + " bytes; it is no certificate");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be read", e);
        }
    }

    private void print(JsonNode certificate) {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("subject", certificate.path("subject").asText());
        said.put("choice", certificate.at("/choice/entry").asText());
        said.put("liveWorkers", certificate.at("/unreadable/liveWorkers").asText());
        said.put("oldKeyState", certificate.at("/unreadable/oldKeyState").asText());
        said.put("sealedRecords", certificate.at("/unreadable/sealedRecords").asText());
        List<String> recipients = new ArrayList<>();
        certificate
                .path("recipients")
                .forEach(recipient -> recipients.add(recipient.path("id").asText()
                        + (recipient.has("code")
                                ? " (not told: " + recipient.path("code").asText() + ")"
                                : "")));
        if (output.json()) {
            said.put("recipients", recipients);
            out().println(Json.line(said));
            return;
        }
        out().println("genuine: " + said.get("subject") + " was erased (" + said.get("choice") + ")");
        out().println("  keys of live workers gone   " + said.get("liveWorkers"));
        out().println("  older key state unreadable  " + said.get("oldKeyState"));
        out().println("  sealed records unreadable   " + said.get("sealedRecords"));
        out().println("  recipients                  "
                + (recipients.isEmpty() ? "none" : String.join(", ", recipients)));
    }
}
