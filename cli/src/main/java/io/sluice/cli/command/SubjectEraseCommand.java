package io.sluice.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.client.Answer;
import io.sluice.cli.client.ClientIdentity;
import io.sluice.cli.client.IngestClient;
import io.sluice.cli.config.Durations;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Json;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.subject.ErasureTrail;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.event.Choice;
import io.sluice.custodian.Punctured;
import io.sluice.custodian.erase.ErasureCase;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Erases a subject and waits for the certificate. */
@Command(
        name = "erase",
        description = {
            "Erase a data subject (GDPR Art. 17): its keys are destroyed for good, and nothing brings them back.",
            "The erasure is a choice of the subject, posted to the gateway with the certificate of a producer that may record"
                    + " choices for the controller. The subject is blocked as soon as it is read; then its keys are made"
                    + " underivable, leases run out, and what opens older states of the keys is destroyed.",
            "It says on standard error what has been done, and prints the signed certificate. It may be stopped at any time:"
                    + " the erasure goes on.",
            "Settings: tenant, kafka, policy.keystore (to follow it), gateway.port."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:erased, or with --no-wait taken",
            "1:a legal hold stands, the gateway refused it, or it takes longer than --timeout",
            "2:the command line was wrong"
        },
        footer = {
            "%nExamples:",
            "  ./sluice subject erase --subject c-4711 --controller webshop-eu --scheme customer --chain shop.crt.pem --key"
                    + " shop.key.pem > certificate.json",
            "  ./sluice subject erase --subject c-4711 --controller webshop-eu --scheme customer --chain shop.crt.pem --key"
                    + " shop.key.pem --no-wait"
        })
final class SubjectEraseCommand extends Verb {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Option(names = "--subject", required = true, paramLabel = "ID", description = "The subject's id.")
    private @Nullable String subject;

    @Option(
            names = "--controller",
            required = true,
            paramLabel = "ID",
            description = "The controller whose subject it is.")
    private @Nullable String controller;

    @Option(
            names = "--scheme",
            required = true,
            paramLabel = "ID",
            description = "The name space of the subject's id, as customer.")
    private @Nullable String scheme;

    @Option(
            names = "--chain",
            required = true,
            paramLabel = "FILE",
            description = "Certificate chain in PEM of who records the choice.")
    private @Nullable Path chain;

    @Option(
            names = "--key",
            required = true,
            paramLabel = "FILE",
            description = "Private key in PEM of that certificate.")
    private @Nullable Path key;

    @Option(
            names = "--gateway",
            paramLabel = "ADDRESS",
            description = "The gateway's data port. Without it: https://localhost and gateway.port.")
    private @Nullable URI gateway;

    @Option(names = "--no-wait", description = "Return when the gateway has taken the choice.")
    private boolean noWait;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "How long to follow it, as 30m. Default: 30m.",
            defaultValue = "30m")
    private String timeout = "30m";

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() throws InterruptedException {
        Duration limit = limit();
        SluiceConfig config = config();
        OfficerKafka officer = noWait ? null : OfficerKafka.of(config);
        String entry = post(config);
        if (officer == null) {
            print(entry, "taken", null);
            return ExitCode.OK;
        }
        say("taken as " + entry);
        try (ErasureTrail trail = ErasureTrail.of(officer, entry)) {
            return follow(entry, trail, limit);
        }
    }

    private Duration limit() {
        try {
            return Durations.parse(timeout);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec().commandLine(), "--timeout: " + e.getMessage());
        }
    }

    private String post(SluiceConfig config) throws InterruptedException {
        ClientIdentity identity = new ClientIdentity(
                requireNonNull(chain, "picocli sets it"),
                requireNonNull(key, "picocli sets it"),
                config.kafka().trust());
        URI address = gateway != null
                ? gateway
                : URI.create("https://localhost:" + config.gateway().port());
        Map<String, Object> choice = new LinkedHashMap<>();
        choice.put("controller", requireNonNull(controller, "picocli sets it"));
        choice.put("scheme", requireNonNull(scheme, "picocli sets it"));
        choice.put("subject", requireNonNull(subject, "picocli sets it"));
        choice.put("kind", Choice.Kind.ERASURE.code());
        Answer answer = new IngestClient(address, identity, PATIENCE)
                .post(
                        "/v1/subjects/choices",
                        Map.of(
                                "Content-Type",
                                "application/json",
                                "Idempotency-Key",
                                UUID.randomUUID().toString()),
                        CanonicalJson.bytes(choice));
        if (!answer.accepted()) {
            throw new CommandFailure("The gateway refused the erasure (" + answer.code() + "): "
                    + answer.json().path("detail").asText("no reason given"));
        }
        return answer.json().path("position").asText();
    }

    private int follow(String entry, ErasureTrail trail, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        ErasureCase known = null;
        while (System.nanoTime() < deadline) {
            Optional<ErasureCase> now = trail.cases().stream().findFirst();
            if (now.isPresent() && !now.get().equals(known)) {
                known = now.get();
                say(step(known));
            }
            if (known != null && known.hold() != null) {
                print(entry, known.state().code(), null);
                return ExitCode.FAILED;
            }
            Optional<byte[]> certificate = trail.certificate();
            if (certificate.isPresent()) {
                print(entry, "erased", new String(certificate.get(), UTF_8));
                return ExitCode.OK;
            }
            trail.poll();
        }
        throw new CommandFailure("After " + timeout + " the erasure is "
                + (known == null
                        ? "not seen by the custodian; do the protect job and \"./sluice keys serve\" run?"
                        : known.state().code() + ".")
                + " It goes on: ./sluice subject status --entry " + entry);
    }

    /** What has been done, for people. */
    static String step(ErasureCase one) {
        return switch (one.state()) {
            case RECEIVED -> "the subject is blocked, and nothing of it is remembered";
            case HELD ->
                "a legal hold stands: " + requireNonNull(one.hold()).reason()
                        + ". The block stands, the keys stay until the hold ends";
            case ORDERED -> "it is written down which keys go";
            case PUNCTURED ->
                "no state in force derives the keys; leases end by "
                        + one.punctured().stream()
                                .map(Punctured::liveKeysGoneAt)
                                .max(Comparator.naturalOrder())
                                .map(Instant::toString)
                                .orElse("now");
            case DESTROYED -> "what opens older states of the keys is destroyed";
            case ERASED -> "erased";
        };
    }

    private void say(String what) {
        err().println("subject erase: " + what);
        err().flush();
    }

    private void print(String entry, String state, @Nullable String certificate) {
        if (output.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("entry", entry);
            json.put("state", state);
            if (certificate != null) {
                json.put("certificate", SubjectCertificateCommand.tree(certificate));
            }
            out().println(Json.line(json));
        } else {
            out().println(certificate == null ? entry + " " + state : certificate);
        }
    }
}
