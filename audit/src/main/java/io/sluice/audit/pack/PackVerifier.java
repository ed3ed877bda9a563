package io.sluice.audit.pack;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.log.EntryForm;
import io.sluice.audit.log.TlogProof;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.CosignerKey;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.VerifierKey;
import io.sluice.audit.timestamp.TimestampTrust;
import io.sluice.audit.timestamp.TimestampVerification;
import io.sluice.audit.verify.MlDsaSignature;
import io.sluice.audit.verify.ProofVerification;
import io.sluice.audit.verify.Verdict;
import io.sluice.audit.verify.VerifierConfig;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.Sha256;
import io.sluice.core.encoding.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a pack from its bytes alone, as the script in it does: the checkpoint's signature, each entry's proof, the
 * digests of what entries cite. Entries cite bundles and plans by digest; of an activation they say the number and the
 * bundle alone, and of approvals nothing: those files are bound by no more, and their signatures are not verified here.
 * One use per instance.
 */
public final class PackVerifier {
    private final PackReader pack;
    private final VerifierConfig config;
    private final VerifierKey key;
    private final byte[] note;
    private final Cited cited = new Cited();

    private final List<String> findings = new ArrayList<>();
    private long findingCount;
    private boolean altered;
    private boolean policiesFail;

    private long entries;
    /** Who signed: told once, since all proofs are under one checkpoint. */
    private @Nullable ProofVerification signed;

    private PackVerifier(PackReader pack, VerifierConfig config) throws IOException {
        this.pack = pack;
        this.config = config;
        VerifierKey own = key(pack);
        this.key = config.key() == null ? own : config.key();
        this.note = pack.read(PackFiles.CHECKPOINT);
        if (!own.equals(key)) {
            altered(PackFiles.LOG_KEY + ": is not the key that was given");
        }
    }

    /**
     * Verifies.
     *
     * @param config the key and the witnesses that the caller believes; a checkpoint from before has no meaning for a pack
     * @throws PackException where the file has not the form of a pack
     */
    public static PackVerification verify(Path file, VerifierConfig config) throws IOException {
        try (PackReader pack = PackReader.open(file)) {
            return new PackVerifier(pack, config).run();
        }
    }

    /**
     * Whether the pack's checkpoint was stamped with the time.
     *
     * @param key the log's; null to take the pack's own
     * @throws PackException where the file has not the form of a pack
     */
    public static TimestampVerification timestamp(Path file, @Nullable VerifierKey key, TimestampTrust trust)
            throws IOException {
        try (PackReader pack = PackReader.open(file)) {
            if (!pack.names().contains(PackFiles.TIMESTAMPED)) {
                return new TimestampVerification(null, 0, "the pack holds no " + PackFiles.TIMESTAMPED);
            }
            Checkpoint packed = Checkpoint.parse(
                    SignedNote.parse(pack.read(PackFiles.CHECKPOINT)).text());
            return TimestampVerification.of(
                    pack.read(PackFiles.TIMESTAMPED), key == null ? key(pack) : key, trust, stamped -> {
                        if (!stamped.equals(packed)) {
                            throw new NoteException("is of another checkpoint than the pack's");
                        }
                    });
        } catch (NoteException e) {
            throw new PackException(PackFiles.CHECKPOINT + ": " + e.getMessage(), e);
        }
    }

    private PackVerification run() throws IOException {
        Checkpoint checkpoint = checkpoint();
        if (config.mlDsa() != null) {
            MlDsaSignature.fault(SignedNote.parse(note), checkpoint.origin(), config.mlDsa())
                    .ifPresent(fault -> altered(PackFiles.CHECKPOINT + ": " + fault));
        }
        for (String name : pack.names()) {
            OptionalLong place = PackFiles.entryOf(name);
            OptionalLong proof = PackFiles.proofOf(name);
            if (place.isPresent()) {
                entry(place.getAsLong(), name);
            } else if (proof.isPresent() && !pack.names().contains(PackFiles.entry(proof.getAsLong()))) {
                altered(name + ": the entry that it proves is not in the pack");
            }
        }
        if (entries == 0) {
            altered("it holds no entry");
        }
        manifest(checkpoint);
        policies();
        shipped(PackFiles.VERIFIER);
        shipped(PackFiles.README);
        witnessKeys();
        Verdict witnessed =
                signed != null ? signed.witnessed() : config.witnesses().asks() ? Verdict.FAILS : Verdict.NOT_ASKED;
        return new PackVerification(
                checkpoint.origin(),
                checkpoint.size(),
                entries,
                altered ? Verdict.FAILS : Verdict.HOLDS,
                policiesFail ? Verdict.FAILS : Verdict.HOLDS,
                witnessed,
                signed == null ? List.of() : signed.cosignatures(),
                config.key() != null,
                findings,
                findingCount);
    }

    private Checkpoint checkpoint() {
        try {
            return Checkpoint.parse(SignedNote.parse(note).text());
        } catch (NoteException e) {
            throw new PackException(PackFiles.CHECKPOINT + ": " + e.getMessage(), e);
        }
    }

    private void entry(long place, String name) throws IOException {
        entries++;
        byte[] bytes = pack.read(name);
        try {
            cited.add(EntryForm.read(bytes).json());
        } catch (EntryForm.BadFormException e) {
            altered(name + ": " + e.getMessage());
        }
        String file = PackFiles.proof(place);
        if (!pack.names().contains(file)) {
            altered(name + ": its proof is not in the pack");
            return;
        }
        try {
            TlogProof proof = TlogProof.parse(pack.read(file));
            if (proof.index() != place || !Arrays.equals(proof.note().toBytes(), note)) {
                altered(file + ": is of another place, or under another checkpoint than the pack's");
            } else if (signed == null) {
                signed = ProofVerification.of(proof, bytes, key, config.witnesses(), config.clock());
                altered |= signed.included() == Verdict.FAILS;
                signed.findings().forEach(this::found);
            } else if (!proof.proves(bytes)) {
                altered(name + ": these bytes are not entry " + place + " of the tree that the checkpoint is of");
            }
        } catch (NoteException e) {
            altered(file + ": " + e.getMessage());
        }
    }

    /** Nobody signed it; what it says has to be what the rest says. */
    private void manifest(Checkpoint checkpoint) throws IOException {
        try {
            JsonNode json = StrictJson.read(pack.read(PackFiles.MANIFEST));
            if (!json.path("format").asText("").equals(PackFiles.FORMAT)) {
                throw new PackException(PackFiles.MANIFEST + ": is not of the format " + PackFiles.FORMAT);
            }
            if (!json.path("origin").asText("").equals(checkpoint.origin())
                    || json.path("size").asLong(-1) != checkpoint.size()
                    || !json.path("root").asText("").equals(checkpoint.root().toBase64())
                    || json.path("entries").asLong(-1) != entries) {
                altered(PackFiles.MANIFEST + ": does not say what the checkpoint and the entries do");
            }
        } catch (MalformedJsonException e) {
            throw new PackException(PackFiles.MANIFEST + ": is not JSON", e);
        }
    }

    private void policies() throws IOException {
        cited.bundles().forEach(bundle -> require("bundles/" + bundle));
        cited.plans().forEach(plan -> require("plans/" + plan + ".json"));
        cited.activations().forEach(number -> {
            String folder = "activations/" + number + "/";
            String first = pack.names().ceiling(folder);
            if (first == null || !first.startsWith(folder)) {
                policy("activations/" + number + ": is cited and not in the pack");
            }
        });
        for (var under : cited.under().entrySet()) {
            activation(under.getKey(), under.getValue());
        }
        for (String name : pack.names()) {
            String digest = PackFiles.digestOf(name).orElse(null);
            if (digest == null) {
                continue;
            }
            if (!Sha256.hex(pack.read(name)).equals(digest)) {
                policy(name + ": its content does not have the digest that is its name");
            }
            if (!isCited(name)) {
                policy(name + ": no entry of the pack cites it");
            }
        }
    }

    /** One of the files of a number has to name each bundle that entries say decided under it. */
    private void activation(long number, Set<String> bundles) throws IOException {
        String folder = "activations/" + number + "/";
        Set<String> named = new TreeSet<>();
        boolean there = false;
        for (String name : pack.names().tailSet(folder)) {
            if (!name.startsWith(folder)) {
                break;
            }
            there = true;
            named.addAll(Cited.named(pack.read(name), number));
        }
        for (String bundle : bundles) {
            if (there && !named.contains(bundle)) { // where there is none, that is said
                policy("activations/" + number + ": does not name the bundle " + bundle
                        + ", which entries say decided under it");
            }
        }
    }

    private boolean isCited(String name) {
        String[] parts = name.split("/", 3);
        String what = parts[1].replace(".json", "");
        return switch (parts[0]) {
            case "plans" -> cited.plans().contains(what);
            case "activations" -> cited.activations().contains(Long.parseLong(what));
            default -> cited.bundles().contains(what); // bundles and their approvals
        };
    }

    private void require(String name) {
        if (!pack.names().contains(name)) {
            policy(name + ": is cited and not in the pack");
        }
    }

    /** Another version of Sluice has another one, so that this is no fault; whoever runs it should know. */
    private void shipped(String name) throws IOException {
        if (!Arrays.equals(pack.read(name), PackFiles.shipped(name))) {
            found("note: " + name + " is not the one that this version of Sluice puts into packs; do not rely on it");
        }
    }

    private void witnessKeys() throws IOException {
        if (!pack.names().contains(PackFiles.WITNESS_KEYS)) {
            return;
        }
        try {
            new String(pack.read(PackFiles.WITNESS_KEYS), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(CosignerKey::parse);
        } catch (NoteException e) {
            altered(PackFiles.WITNESS_KEYS + ": " + e.getMessage());
        }
    }

    private static VerifierKey key(PackReader pack) throws IOException {
        try {
            return VerifierKey.parse(new String(pack.read(PackFiles.LOG_KEY), StandardCharsets.UTF_8).trim());
        } catch (NoteException e) {
            throw new PackException(PackFiles.LOG_KEY + ": " + e.getMessage(), e);
        }
    }

    private void altered(String finding) {
        altered = true;
        found(finding);
    }

    private void policy(String finding) {
        policiesFail = true;
        found(finding);
    }

    private void found(String finding) {
        if (findingCount++ < config.maxFindings()) {
            findings.add(finding);
        }
    }
}
