package io.sluice.audit.pack;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.audit.append.PolicyArchive;
import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.index.AuditIndexConfig;
import io.sluice.audit.log.AuditLog;
import io.sluice.audit.log.AuditLogConfig;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.note.CosignatureType;
import io.sluice.audit.note.Cosigner;
import io.sluice.audit.note.CosignerKey;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.query.QueryFilter;
import io.sluice.audit.timestamp.TestAuthority;
import io.sluice.audit.timestamp.TimestampTrust;
import io.sluice.audit.verify.EntryFixture;
import io.sluice.audit.verify.Verdict;
import io.sluice.audit.verify.VerifierConfig;
import io.sluice.audit.verify.WitnessPolicy;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is handed over verifies by Sluice and by the script in the pack, and what was changed in it verifies by neither. */
@NullUnmarked
class EvidencePackTest {
    private static final byte[] BUNDLE = "a signed bundle".getBytes(StandardCharsets.UTF_8);
    private static final byte[] PLAN = "{\"fields\":[]}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] APPROVAL = "{\"approved\":1}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] ACTIVATION = activation(7, "\"bundle\":\"" + Sha256.hex(BUNDLE) + "\"");
    private static final int ENTRIES = 300;
    private static final QueryFilter ORDERS = QueryFilter.all().withDataset("orders");

    private static final Map<String, String> SHOWN =
            Map.of("intact", "intact     fails", "policies", "policies   fails");

    private static final SigningKey KEY = EntryFixture.newKey();
    private static final Cosigner WITNESS = cosigner("auditor.example/w1");
    private static final Cosigner STRANGER = cosigner("auditor.example/w2");

    @TempDir
    static Path folder;

    private static byte[] pack;

    @BeforeAll
    static void writeLogAndPack() throws IOException {
        PolicyArchive archive = new PolicyArchive(folder.resolve("archive"));
        assertThat(archive.keepPolicy("bundle/" + Sha256.hex(BUNDLE), BUNDLE)).isTrue();
        assertThat(archive.keepPolicy("approvals/" + Sha256.hex(BUNDLE), APPROVAL))
                .isTrue();
        assertThat(archive.keepPolicy("activation/7", ACTIVATION)).isTrue();
        assertThat(archive.keepPlan(Sha256.hex(PLAN), PLAN)).isTrue();
        List<byte[]> entries = new ArrayList<>();
        for (int i = 0; i < ENTRIES; i++) {
            entries.add(record(i));
        }
        try (AuditLog log = AuditLog.open(new AuditLogConfig(folder.resolve("log"), KEY))) {
            log.append(entries, ENTRIES);
            SignedNote note = SignedNote.parse(log.signedCheckpoint());
            log.cosigned(note.plus(WITNESS.line(note.text(), Instant.now())));
            log.append(List.of(record(ENTRIES)), ENTRIES + 1);
        }
        pack = packed(ORDERS, 1_000, false);
    }

    @Test
    void holdsTheChosenEntriesWhatTheyCiteAndNothingElse() throws IOException {
        Map<String, byte[]> files = files(pack);

        assertThat(files)
                .hasSize(6 + 2 * 50 + 4)
                .containsKeys("README.md", "verify.py", "pack.json", "keys/log.vkey", "keys/witnesses.vkey")
                .containsKeys("entries/0.json", "proofs/294.tlog-proof")
                .containsEntry("bundles/" + Sha256.hex(BUNDLE), BUNDLE)
                .containsKey("approvals/" + Sha256.hex(BUNDLE) + "/" + Sha256.hex(APPROVAL) + ".json")
                .containsKey("activations/7/" + Sha256.hex(ACTIVATION) + ".json")
                .containsKey("plans/" + Sha256.hex(PLAN) + ".json");
        assertThat(files.get("entries/42.json")).isEqualTo(record(42));
        assertThat(files.get("checkpoint")).isEqualTo(Files.readAllBytes(folder.resolve("log/checkpoint.witnessed")));
        assertThat(new String(files.get("pack.json"), StandardCharsets.UTF_8))
                .contains("\"asked\":{\"dataset\":\"orders\"}", "\"entries\":50", "\"size\":300");
        assertThat(packed(ORDERS, 1_000, false)).as("the same bytes again").isEqualTo(pack);
    }

    @Test
    void takesTheLastCheckpointWhereWitnessesSawLess() throws IOException {
        Map<String, byte[]> files = files(packed(QueryFilter.all().withEntryId(id(ENTRIES)), 1, false));

        assertThat(files.get("checkpoint")).isEqualTo(Files.readAllBytes(folder.resolve("log/checkpoint")));
        assertThat(files).containsKey("proofs/300.tlog-proof");
    }

    @Test
    void packsNothingWhereItWouldNotBeWhole() throws IOException {
        assertThatThrownBy(() -> packed(ORDERS, 49, false)).hasMessageContaining("50 entries match");
        assertThatThrownBy(() -> packed(QueryFilter.all().withDataset("none"), 10, false))
                .hasMessageContaining("no entry matches");
        Path other = Files.createDirectories(folder.resolve("empty-archive"));
        assertThatThrownBy(() -> packed(ORDERS, 1_000, false, other))
                .isInstanceOf(PackException.class)
                .hasMessageContaining("bundles/" + Sha256.hex(BUNDLE))
                .hasMessageContaining("plans/" + Sha256.hex(PLAN) + ".json")
                .hasMessageContaining("activations/7");

        byte[] without = packed(ORDERS, 1_000, true, other);
        PackVerification verification = verify(without, VerifierConfig.defaults());
        assertThat(verification.intact()).isEqualTo(Verdict.HOLDS);
        assertThat(verification.policies()).isEqualTo(Verdict.FAILS);
        assertThat(verification.passed()).isFalse();
    }

    @Test
    void verifiesWithTheKeysThatOneHolds() throws IOException {
        PackVerification own = verify(pack, VerifierConfig.defaults());
        assertThat(own.passed()).as(own.toString()).isTrue();
        assertThat(own.keyPinned()).isFalse();
        assertThat(own.witnessed()).isEqualTo(Verdict.NOT_ASKED);
        assertThat(own.findings()).isEmpty();

        PackVerification held = verify(pack, believing(WITNESS));
        assertThat(held.passed()).isTrue();
        assertThat(held.witnessed()).isEqualTo(Verdict.HOLDS);
        assertThat(held.lines())
                .contains("intact     holds", "policies   holds", "witnessed  holds")
                .anyMatch(line -> line.contains("by auditor.example/w1"));

        assertThat(verify(pack, believing(STRANGER)).witnessed()).isEqualTo(Verdict.FAILS);
        PackVerification forged = verify(
                pack, VerifierConfig.defaults().withKey(EntryFixture.newKey().verifier()));
        assertThat(forged.intact()).isEqualTo(Verdict.FAILS);
    }

    /** What somebody may do to a pack, and which verdict has to fall. */
    private static Map<String, Consumer<Map<String, byte[]>>> deeds() {
        Map<String, Consumer<Map<String, byte[]>>> deeds = new LinkedHashMap<>();
        deeds.put(
                "intact: an entry is edited", files -> edit(files, "entries/42.json", "st-elsewhere", "st-nowhere00"));
        deeds.put("intact: two entries are swapped", files -> {
            byte[] one = files.put("entries/42.json", files.get("entries/48.json"));
            files.put("entries/48.json", one);
        });
        deeds.put(
                "intact: a proof is edited",
                files -> files.put("proofs/42.tlog-proof", files.get("proofs/48.tlog-proof")));
        deeds.put("intact: a proof is taken away", files -> files.remove("proofs/42.tlog-proof"));
        deeds.put("intact: an entry is taken away", files -> files.remove("entries/42.json"));
        deeds.put("intact: both are taken away", files -> {
            files.remove("entries/42.json");
            files.remove("proofs/42.tlog-proof");
        });
        deeds.put(
                "intact: the checkpoint is of another size", files -> edit(files, "checkpoint", "\n300\n", "\n301\n"));
        deeds.put(
                "intact: the log's key is another",
                files -> files.put(
                        "keys/log.vkey", (EntryFixture.newKey().verifier() + "\n").getBytes(StandardCharsets.UTF_8)));
        deeds.put(
                "policies: the bundle is edited",
                files -> edit(files, "bundles/" + Sha256.hex(BUNDLE), "signed", "forged"));
        deeds.put("policies: the bundle is taken away", files -> files.remove("bundles/" + Sha256.hex(BUNDLE)));
        deeds.put("policies: the plan is taken away", files -> files.remove("plans/" + Sha256.hex(PLAN) + ".json"));
        deeds.put(
                "policies: the activation is taken away",
                files -> files.remove("activations/7/" + Sha256.hex(ACTIVATION) + ".json"));
        for (byte[] forged : List.of(
                activation(7, "\"bundle\":\"" + "0".repeat(64) + "\""),
                activation(8, "\"bundle\":\"" + Sha256.hex(BUNDLE) + "\""),
                activation(7, "\"rollout\":\"" + Sha256.hex(BUNDLE) + "\""),
                "[7]".getBytes(StandardCharsets.UTF_8),
                "no JSON".getBytes(StandardCharsets.UTF_8))) {
            deeds.put("policies: the activation is " + new String(forged, StandardCharsets.UTF_8), files -> {
                files.remove("activations/7/" + Sha256.hex(ACTIVATION) + ".json");
                files.put("activations/7/" + Sha256.hex(forged) + ".json", forged);
            });
        }
        deeds.put(
                "intact: recipients are a number",
                files -> files.put("entries/42.json", "{\"recipients\":5}".getBytes(StandardCharsets.UTF_8)));
        deeds.put(
                "intact: an entry is nested without end",
                files -> files.put("entries/42.json", "[".repeat(60_000).getBytes(StandardCharsets.UTF_8)));
        byte[] foreign = "another".getBytes(StandardCharsets.UTF_8);
        deeds.put(
                "policies: a bundle that nobody cites", files -> files.put("bundles/" + Sha256.hex(foreign), foreign));
        deeds.put("refused: it leads out of the folder", files -> files.put("../../evil.sh", foreign));
        deeds.put("refused: a file that does not belong", files -> files.put("entries/notes.txt", foreign));
        deeds.put("refused: there is no key", files -> files.remove("keys/log.vkey"));
        deeds.put("refused: another format", files -> edit(files, "pack.json", "pack/v1", "pack/v9"));
        return deeds;
    }

    @Test
    void whateverIsChangedIsFoundByBoth() throws Exception {
        boolean python = hasPython();
        deeds().forEach((name, deed) -> {
            try {
                Map<String, byte[]> files = files(pack);
                deed.accept(files);
                byte[] changed = stored(files);
                String verdict = name.substring(0, name.indexOf(':'));
                if (verdict.equals("refused")) {
                    assertThatThrownBy(() -> verify(changed, VerifierConfig.defaults()))
                            .as(name)
                            .isInstanceOf(PackException.class);
                } else {
                    PackVerification verification = verify(changed, VerifierConfig.defaults());
                    assertThat(verification.passed()).as(name).isFalse();
                    assertThat(verification.intact() == Verdict.FAILS).as(name).isEqualTo(verdict.equals("intact"));
                    assertThat(verification.findings()).as(name).isNotEmpty();
                }
                if (python) {
                    Said said = script(changed, List.of());
                    assertThat(said.code()).as(name + "\n" + said.text()).isEqualTo(1);
                    assertThat(said.text())
                            .as(name)
                            .contains(verdict.equals("refused") ? "the pack cannot be verified" : SHOWN.get(verdict))
                            .doesNotContain("Traceback");
                }
            } catch (Exception e) {
                throw new AssertionError(name, e);
            }
        });
    }

    /** What decided under a canary, or is shadowed, is named by the activation too. */
    @Test
    void anActivationNamesItsCanaryToo() throws Exception {
        byte[] canary = activation(
                7,
                "\"bundle\":\"" + "0".repeat(64) + "\",\"rollout\":{\"canary\":{\"bundle\":\"" + Sha256.hex(BUNDLE)
                        + "\",\"revision\":3}}");
        Map<String, byte[]> files = files(pack);
        files.remove("activations/7/" + Sha256.hex(ACTIVATION) + ".json");
        files.put("activations/7/" + Sha256.hex(canary) + ".json", canary);
        byte[] changed = stored(files);
        PackVerification verification = verify(changed, VerifierConfig.defaults());
        assertThat(verification.passed()).as(verification.toString()).isTrue();
        if (hasPython()) {
            assertThat(script(changed, List.of()).code()).isZero();
        }
    }

    /** The script's verdict comes in words, and what a stranger wrote reaches no terminal as it is. */
    @Test
    void theScriptSaysWhatIsTheMatter() throws Exception {
        assumeTrue(hasPython(), "no python3 here");
        Map<String, byte[]> files = files(pack);
        edit(files, "checkpoint", EntryFixture.ORIGIN + "\n300", "evil\r\u001b[2J\n300");
        Said named = script(stored(files), List.of());
        assertThat(named.code()).isEqualTo(1);
        assertThat(named.text())
                .contains("evil\\x0d\\x1b[2J", "intact     fails")
                .doesNotContain("\u001b", "\r");

        files = files(pack);
        edit(files, "proofs/42.tlog-proof", "index 42\n", "index 42\nAAAA\n");
        assertThat(script(stored(files), List.of()).text())
                .contains("entries/42.json: has a hash that has not 32 bytes");

        files = files(pack);
        files.put("pack.json", "[".repeat(60_000).getBytes(StandardCharsets.UTF_8));
        Said nested = script(stored(files), List.of());
        assertThat(nested.code()).isEqualTo(1);
        assertThat(nested.text()).contains("the pack cannot be verified").doesNotContain("Traceback");
    }

    @Test
    void theScriptInThePackVerifiesWithoutSluice() throws Exception {
        assumeTrue(hasPython(), "no python3 here");
        Path key = Files.writeString(folder.resolve("held.vkey"), KEY.verifier() + "\n");
        Path witness = Files.writeString(folder.resolve("w1.vkey"), WITNESS.verifier() + "\n");
        Path stranger = Files.writeString(folder.resolve("w2.vkey"), STRANGER.verifier() + "\n");

        Said own = script(pack, List.of());
        assertThat(own.code()).as(own.text()).isZero();
        assertThat(own.text())
                .contains("pack       50 entries of " + EntryFixture.ORIGIN, "intact     holds", "policies   holds")
                .contains("witnessed  not asked", "the key was taken from the pack itself");

        Said held = script(pack, List.of("--key", key.toString(), "--witness", witness.toString()));
        assertThat(held.code()).as(held.text()).isZero();
        assertThat(held.text())
                .contains("witnessed  holds", "by auditor.example/w1")
                .doesNotContain("itself");

        Said unseen = script(pack, List.of("--witness", witness.toString(), "--witness", stranger.toString()));
        assertThat(unseen.code()).isEqualTo(1);
        assertThat(unseen.text()).contains("intact     holds", "witnessed  fails");
        assertThat(script(
                                pack,
                                List.of(
                                        "--witness",
                                        stranger.toString(),
                                        "--witness",
                                        witness.toString(),
                                        "--quorum",
                                        "1"))
                        .code())
                .isZero();

        Path other = Files.writeString(
                folder.resolve("other.vkey"), EntryFixture.newKey().verifier() + "\n");
        assertThat(script(pack, List.of("--key", other.toString())).code()).isEqualTo(1);
    }

    @Test
    void readsNoZipThatUnpacksToMoreThanItIs() throws Exception {
        byte[] bomb;
        try (ByteArrayOutputStream out = new ByteArrayOutputStream();
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> file : files(pack).entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
            }
            zip.putNextEntry(new ZipEntry("bundles/" + "0".repeat(64)));
            zip.write(new byte[10 << 20]);
            zip.finish();
            bomb = out.toByteArray();
        }
        assertThatThrownBy(() -> verify(bomb, VerifierConfig.defaults()))
                .isInstanceOf(PackException.class)
                .hasMessageContaining("is compressed");
        Map<String, byte[]> files = files(pack);
        files.put("keys/witnesses.vkey", new byte[(1 << 20) + 1]);
        byte[] tooLong = stored(files);
        assertThatThrownBy(() -> verify(tooLong, VerifierConfig.defaults()))
                .isInstanceOf(PackException.class)
                .hasMessageContaining("too long");
        assertThatThrownBy(() -> verify("no zip".getBytes(StandardCharsets.UTF_8), VerifierConfig.defaults()))
                .isInstanceOf(PackException.class);
        if (hasPython()) {
            assertThat(script(bomb, List.of()).text()).contains("the pack cannot be verified");
            assertThat(script(tooLong, List.of()).text()).contains("keys/witnesses.vkey is too long");
        }
    }

    @Test
    void saysWhereTheScriptInThePackIsNotOurs() throws IOException {
        Map<String, byte[]> files = files(pack);
        files.put("verify.py", "print('intact holds')".getBytes(StandardCharsets.UTF_8));
        PackVerification verification = verify(stored(files), VerifierConfig.defaults());
        assertThat(verification.passed()).isTrue();
        assertThat(verification.findings()).singleElement().asString().startsWith("note: verify.py is not the one");
    }

    /** The pack's checkpoint is then the stamped one, and says when it was there; another's certificate says nothing. */
    @Test
    void carriesTheTimeStampOfItsCheckpoint() throws Exception {
        Path log = folder.resolve("stamped");
        EntryFixture.write(log, KEY, List.of(record(0), record(1)));
        try (TestAuthority authority = new TestAuthority();
                TestAuthority other = new TestAuthority()) {
            authority.stamp(log, folder);
            EntryFixture.write(log, KEY, List.of(record(2)));
            byte[] zip = packed(QueryFilter.all().withEntryId(id(0)), 1, true, folder.resolve("archive"), log);
            Path file = Files.write(folder.resolve("stamped.zip"), zip);

            assertThat(files(zip)).containsKey("checkpoint.timestamped");
            assertThat(verify(zip, VerifierConfig.defaults()).intact()).isEqualTo(Verdict.HOLDS);
            TimestampTrust trust = TimestampTrust.read(authority.rootPem(folder.resolve("tsa.pem")));
            assertThat(PackVerifier.timestamp(file, KEY.verifier(), trust).line())
                    .contains("holds, 2 entries at");
            TimestampTrust stranger = TimestampTrust.read(other.rootPem(folder.resolve("other-tsa.pem")));
            assertThat(PackVerifier.timestamp(file, null, stranger).holds()).isFalse();
            assertThat(PackVerifier.timestamp(Files.write(folder.resolve("plain.zip"), pack), null, trust)
                            .fault())
                    .contains("holds no checkpoint.timestamped");
            Map<String, byte[]> moved = files(pack);
            moved.put("checkpoint.timestamped", files(zip).get("checkpoint.timestamped"));
            assertThat(PackVerifier.timestamp(Files.write(folder.resolve("moved.zip"), stored(moved)), null, trust)
                            .fault())
                    .contains("another checkpoint than the pack's");
            if (hasPython()) {
                theScriptChecksTheStamp(zip, stored(moved));
            }
            Files.writeString(log.resolve("checkpoint.timestamped"), "torn");
            byte[] without = packed(QueryFilter.all().withEntryId(id(0)), 1, true, folder.resolve("archive"), log);
            assertThat(files(without)).doesNotContainKey("checkpoint.timestamped");
            assertThat(verify(without, VerifierConfig.defaults()).intact()).isEqualTo(Verdict.HOLDS);
        }
    }

    /** Without Sluice: by the roots of the authority that stamped, of another, and of none. */
    private static void theScriptChecksTheStamp(byte[] stamped, byte[] moved) throws Exception {
        List<String> trusting = List.of("--tsa-cert", folder.resolve("tsa.pem").toString());
        Said holds = script(stamped, trusting);
        assertThat(holds.code()).as(holds.text()).isZero();
        assertThat(holds.text()).contains("stamped    holds, it was there at 2", "by the word of Test Time Stamping");

        Said stranger = script(
                stamped, List.of("--tsa-cert", folder.resolve("other-tsa.pem").toString()));
        assertThat(stranger.code()).isEqualTo(1);
        assertThat(stranger.text()).contains("intact     holds", "stamped    fails", "no certificate that was given");

        Map<String, byte[]> files = files(stamped);
        String file = new String(files.get("checkpoint.timestamped"), StandardCharsets.US_ASCII);
        String token = file.split("\n")[1];
        byte[] altered = Base64.getDecoder().decode(token);
        altered[altered.length - 5] ^= 1; // in the signature
        edit(files, "checkpoint.timestamped", token, Base64.getEncoder().encodeToString(altered));
        assertThat(script(stored(files), trusting).text())
                .contains("stamped    fails", "has a signature that is not valid");

        assertThat(script(moved, trusting).text())
                .contains("stamped    fails", "no time stamp of the pack's checkpoint");
        assertThat(script(pack, trusting).text()).contains("stamped    fails", "is not in the pack");
        Said unasked = script(stamped, List.of());
        assertThat(unasked.code()).isZero();
        assertThat(unasked.text()).contains("stamped    not asked", "that was not checked; give --tsa-cert");
    }

    /** Certificates of one subject that vouch for each other, candidates that are none, and lengths that are longer than they are. */
    @Test
    void theScriptEndsOnCertificatesOfAStranger() throws Exception {
        assumeTrue(hasPython(), "no python3 here");
        Files.write(folder.resolve("verify.py"), files(pack).get("verify.py"));
        Path harness = Files.writeString(folder.resolve("harness.py"), """
                import types, verify
                checks = []
                def signed(spki, *rest):
                    checks.append(spki)
                    if len(checks) > 1000:
                        raise SystemExit("it does not end")
                    if spki == "odd":
                        raise verify.Fault("an odd algorithm")
                    return spki == "good"
                verify.signed = signed
                def one(name, issuer="s", subject="s", spki="good"):
                    return types.SimpleNamespace(raw=name, issuer=issuer, subject=subject, spki=spki, begin=0, end=9,
                        algorithm=0, tbs=0, signature=0, certifies=lambda below: True, understood=lambda: True)
                def path(others, anchors):
                    checks.clear()
                    try:
                        return verify.path(one("leaf"), others, anchors, 5)
                    except verify.Fault as fault:
                        return str(fault)
                print(path([one(n) for n in range(12)], [one("root", subject="r")]))
                print(path([one(n, spki="bad") for n in range(99)], [one("root", subject="r")]))
                print(path([one("x", spki="odd")], [one("y", spki="odd"), one("root")]))
                print(path([one("x", spki="odd")], [one("root", subject="r")]))
                for raw in ("3000", "308000", "308100", "30820000", "308103020101"):
                    try:
                        print(len(verify.der(bytes.fromhex(raw))))
                    except verify.Fault as fault:
                        print(fault)
                print(verify.future(4102444800), verify.future(0))
                """);
        Process process = new ProcessBuilder("python3", harness.toString())
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();

        assertThat(text.lines())
                .containsExactly(
                        "False",
                        "holds certificates that take more than 32 checks of a signature",
                        "True",
                        "an odd algorithm",
                        "1",
                        "is not DER",
                        "is not DER",
                        "is not DER",
                        "is not DER",
                        "True False");
    }

    private static Cosigner cosigner(String name) {
        return Cosigner.generate(name, CosignatureType.ED25519, new SecureRandom());
    }

    private static VerifierConfig believing(Cosigner witness) {
        return VerifierConfig.defaults()
                .withKey(KEY.verifier())
                .withWitnesses(new WitnessPolicy(List.of(witness.verifier()), 1, null));
    }

    private static byte[] packed(QueryFilter filter, int limit, boolean allowMissing) throws IOException {
        return packed(filter, limit, allowMissing, folder.resolve("archive"));
    }

    private static byte[] packed(QueryFilter filter, int limit, boolean allowMissing, Path archive) throws IOException {
        return packed(filter, limit, allowMissing, archive, folder.resolve("log"));
    }

    private static byte[] packed(QueryFilter filter, int limit, boolean allowMissing, Path archive, Path log)
            throws IOException {
        List<CosignerKey> witnesses = List.of(WITNESS.verifier());
        try (AuditIndex index = AuditIndex.open(new AuditIndexConfig(
                        log.resolveSibling(log.getFileName() + ".sqlite"), FileLogStore.source(log), KEY.verifier()));
                ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            new PackWriter(index, new PolicyArchive(archive), witnesses)
                    .write(
                            new PackWriter.Request(
                                    filter,
                                    filter.dataset() == null ? Map.of() : Map.of("dataset", filter.dataset()),
                                    limit,
                                    allowMissing),
                            out);
            return out.toByteArray();
        }
    }

    private static PackVerification verify(byte[] zip, VerifierConfig config) throws IOException {
        Path file = Files.write(Files.createTempFile(folder, "pack", ".zip"), zip);
        return PackVerifier.verify(file, config);
    }

    private static Map<String, byte[]> files(byte[] zip) throws IOException {
        Path file = Files.write(Files.createTempFile(folder, "read", ".zip"), zip);
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipFile read = new ZipFile(file.toFile())) {
            for (ZipEntry entry : Collections.list(read.entries())) {
                files.put(entry.getName(), read.getInputStream(entry).readAllBytes());
            }
        }
        return files;
    }

    private static byte[] stored(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StoredZip zip = new StoredZip(out);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            zip.add(file.getKey(), file.getValue());
        }
        zip.finish();
        return out.toByteArray();
    }

    private static void edit(Map<String, byte[]> files, String name, String from, String to) {
        String text = new String(files.get(name), StandardCharsets.UTF_8);
        assertThat(text).contains(from);
        files.put(name, text.replace(from, to).getBytes(StandardCharsets.UTF_8));
    }

    private record Said(int code, String text) {}

    /** Runs the script that stands in the good pack. */
    private static Said script(byte[] zip, List<String> arguments) throws Exception {
        Path file = Files.write(Files.createTempFile(folder, "script", ".zip"), zip);
        Path script = Files.write(folder.resolve("verify.py"), files(pack).get("verify.py"));
        List<String> command = new ArrayList<>(List.of("python3", script.toString(), file.toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }

    private static boolean hasPython() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            if ("true".equals(System.getenv("CI"))) {
                throw new AssertionError("python3 is missing: without it nobody tries the script in the pack", e);
            }
            return false;
        }
    }

    private static byte[] activation(long number, String members) {
        return ("{\"activation\":" + number + "," + members + "}").getBytes(StandardCharsets.UTF_8);
    }

    private static String id(int offset) {
        return "events.ingress/1/0/" + offset;
    }

    private static byte[] record(int i) {
        return CanonicalJson.bytes(Map.of(
                "specversion",
                "1.0",
                "id",
                id(i),
                "type",
                "io.sluice.audit.record",
                "recorded",
                requireNonNull(
                        Instant.parse("2026-11-23T10:00:00Z").plusSeconds(i).toString()),
                "dataset",
                i % 6 == 0 && i < ENTRIES ? "orders" : "fhir-patient",
                "producer",
                "st-elsewhere",
                "policy",
                Map.of("bundle", Sha256.hex(BUNDLE), "activation", 7, "revision", 3),
                "outcome",
                Map.of("code", "decided"),
                "recipients",
                List.of(Map.of("id", "research", "disposition", "release", "plan", Sha256.hex(PLAN)))));
    }
}
