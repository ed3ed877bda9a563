package io.sluice.cli.command;

import io.sluice.audit.note.CosignerKey;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.verify.WitnessPolicy;
import io.sluice.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which witnesses an auditor believes. */
final class WitnessOptions {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec mixee;

    @Option(
            names = "--witness",
            paramLabel = "KEY|FILE",
            description =
                    "Public key of a witness that you believe, as its keygen printed it, or a file of such keys, one"
                            + " a line. Repeat it for each. Keys of one name are one witness, and each has to have signed.")
    private List<String> witnesses = List.of();

    @Option(
            names = "--quorum",
            paramLabel = "K",
            description = "How many of the witnesses must have cosigned. Default: all of them.")
    private @Nullable Integer quorum;

    @Option(
            names = "--max-age",
            paramLabel = "TIME",
            converter = DurationText.class,
            description = "How old their cosignatures may be, as 1h: an older log than others see is not current.")
    private @Nullable Duration maxAge;

    WitnessPolicy policy() {
        if (witnesses.isEmpty()) {
            if (quorum != null || maxAge != null) {
                throw usage("--quorum and --max-age need --witness: whom to believe");
            }
            return WitnessPolicy.NONE;
        }
        List<CosignerKey> keys = new ArrayList<>();
        witnesses.forEach(one -> keys.addAll(keys(one)));
        int all = (int) keys.stream().map(CosignerKey::name).distinct().count();
        if (quorum != null && (quorum < 1 || quorum > all)) {
            throw usage("--quorum is 1 to " + all + ", the witnesses that are named, not " + quorum);
        }
        return new WitnessPolicy(keys, quorum == null ? all : quorum, maxAge);
    }

    static List<CosignerKey> keys(String given) {
        Path file = Path.of(given);
        boolean isFile = Files.isRegularFile(file);
        try {
            List<CosignerKey> keys = (isFile ? Files.readAllLines(file) : List.of(given))
                    .stream()
                            .filter(line -> !line.isBlank())
                            .map(line -> CosignerKey.parse(line.trim()))
                            .toList();
            if (keys.isEmpty()) {
                throw new CommandFailure("--witness " + given + " holds no key");
            }
            return keys;
        } catch (IOException e) {
            throw new CommandFailure("--witness " + given + " cannot be read", e);
        } catch (NoteException e) {
            throw new CommandFailure("--witness " + given + " is neither a witness's public key nor a file of them", e);
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(
                java.util.Objects.requireNonNull(mixee, "picocli sets it").commandLine(), message);
    }
}
