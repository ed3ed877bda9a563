package io.sluice.cli.command;

import static java.util.Objects.requireNonNull;

import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.note.CosignerKey;
import io.sluice.audit.pack.PackException;
import io.sluice.audit.pack.PackWriter;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.output.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Packs evidence. */
@Command(
        name = "pack",
        description = {
            "Pack entries into one ZIP to hand over: each with its proof, the checkpoint with its signatures, the policy"
                    + " bundles, activations and plans that they cite, the public keys, and a script that verifies all this"
                    + " without Sluice and without a network.",
            "The entries are chosen as audit query does. The same log and question give the same bytes. No payload and no"
                    + " name of a subject is in it."
        },
        footer = {
            "%nExamples:",
            "  ./sluice audit pack --subject s1_... --out evidence.zip",
            "  ./sluice audit pack --log /var/lib/sluice/audit --recipient research --until 2026-06-01T00:00:00Z --out q2.zip",
            "  ./sluice audit verify evidence.zip --key log.vkey",
            "  python3 verify.py evidence.zip --key log.vkey"
        })
final class AuditPackCommand extends Verb {
    @Mixin
    private final AuditLogOption log = new AuditLogOption();

    @Mixin
    private final EntryFilter filter = new EntryFilter();

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The ZIP to write.")
    private @Nullable Path out;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Most entries, 1 to " + PackWriter.MAX_ENTRIES + "; where more match, nothing is packed."
                    + " Default: ${DEFAULT-VALUE}.",
            defaultValue = "10000")
    private int limit;

    @Option(
            names = "--allow-missing",
            description =
                    "Pack also where the archive lacks something that the entries cite; a verification then fails.")
    private boolean allowMissing;

    @Option(
            names = "--witness",
            paramLabel = "KEY|FILE",
            description = "Public key of a witness to put into the pack, or a file of such keys. Repeat it for each."
                    + " Default: those of the setting audit.witnesses.ask.")
    private List<String> witnesses = List.of();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() throws IOException {
        if (limit < 1 || limit > PackWriter.MAX_ENTRIES) {
            throw new ParameterException(
                    spec().commandLine(), "--limit is 1 to " + PackWriter.MAX_ENTRIES + ", not " + limit);
        }
        Path file = requireNonNull(out, "picocli sets it");
        if (!file.toString().endsWith(".zip")) {
            throw new ParameterException(spec().commandLine(), "--out names a .zip: audit verify knows a pack by that");
        }
        PackWriter.Packed packed = write(file);
        if (output.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("file", file.toString());
            json.put("entries", packed.entries());
            json.put("size", packed.size());
            json.put("cosigned", packed.cosigned());
            json.put("missing", packed.missing());
            out().println(Json.line(json));
        } else {
            out().println(file + ": " + packed.entries() + (packed.entries() == 1 ? " entry" : " entries")
                    + ", under the " + (packed.cosigned() ? "cosigned " : "") + "checkpoint of " + packed.size());
            packed.missing().forEach(one -> out().println("missing: " + one));
        }
        return ExitCode.OK;
    }

    /** Replaced in one step: a file of that name is a whole pack. */
    private PackWriter.Packed write(Path file) throws IOException {
        Path folder = requireNonNull(file.toAbsolutePath().getParent(), "a file has a folder");
        Path prepared = Files.createTempFile(folder, ".", ".zip.new");
        try (AuditIndex index = log.index(config())) {
            PackWriter.Packed packed;
            try (OutputStream zip = new BufferedOutputStream(Files.newOutputStream(prepared))) {
                packed = new PackWriter(index, log.archive(config()), keys())
                        .write(new PackWriter.Request(filter.filter(), filter.said(), limit, allowMissing), zip);
            }
            Files.move(prepared, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return packed;
        } catch (PackException e) {
            throw new CommandFailure("nothing was packed: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(prepared);
        }
    }

    private List<CosignerKey> keys() {
        if (witnesses.isEmpty()) {
            return config().audit().witnesses().keys();
        }
        List<CosignerKey> keys = new ArrayList<>();
        witnesses.forEach(given -> keys.addAll(WitnessOptions.keys(given)));
        return keys;
    }
}
