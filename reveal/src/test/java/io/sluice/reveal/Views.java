package io.sluice.reveal;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.PemIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.core.decision.Activation;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.event.SubjectRef;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.check.Features;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.WasmEngine;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.BundleVerifier;
import io.sluice.policies.verify.InForce;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.policies.verify.VerifiedBundle;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.transform.Protector;
import io.sluice.protection.transform.RecordContext;
import io.sluice.protection.transform.View;
import io.sluice.protection.transform.ViewLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The shipped rulebook with all that can be turned back in care's view of a patient, and that view under real keys. */
final class Views {
    static final String TENANT = "dev";
    static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    static final String SUBJECT = "s1_" + "a".repeat(26);
    static final String RECORD = "r1_" + "b".repeat(26);
    static final String PATIENT = """
            {"resourceType":"Patient","id":"p-1","identifier":[
              {"type":{"coding":[{"code":"MR"}]},"value":"12345678"},
              {"type":{"coding":[{"code":"SS"}]},"value":"999-12-3456"},
              {"type":{"coding":[{"code":"MB"}]},"value":"plan-4711"},
              {"type":{"coding":[{"code":"DL"}]},"value":"S99912345"},
              {"value":"other-1"}]}""";
    static final JsonMapper MAPPER = new JsonMapper();

    private static final class Lazy {
        static final PkiFiles PKI = DevPki.openOrCreate(temp("pki"), Clock.systemUTC());
        static final ActivePolicy POLICY = policy();
        /** Nobody changes them. */
        static final Keystore KEYS = keystore(temp("keys"));

        static final JsonNode VIEW = care(KEYS.ring());
    }

    private Views() {}

    static PkiFiles pki() {
        return Lazy.PKI;
    }

    private static ActivePolicy policy() {
        try {
            return build();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Keys of its own, for a test that changes them. */
    static Keystore keystore(Path folder) {
        return Keystore.openOrCreate(folder, folder.resolve("password"), TENANT);
    }

    static Keystore keys() {
        return Lazy.KEYS;
    }

    /** Care's view under {@link #keys}. */
    static JsonNode view() {
        return Lazy.VIEW;
    }

    /** A client's TLS context with that certificate. */
    static SSLContext tls(PemIdentity identity) throws Exception {
        CertificateFactory certificates = CertificateFactory.getInstance("X.509");
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        byte[] key = Base64.getDecoder()
                .decode(Files.readString(identity.key())
                        .replaceAll("-----[A-Z ]+-----", "")
                        .replaceAll("\\s", ""));
        own.setKeyEntry(
                "own",
                KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)),
                new char[0],
                certificates
                        .generateCertificates(Files.newInputStream(identity.chain()))
                        .toArray(Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, new char[0]);
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("root", certificates.generateCertificate(Files.newInputStream(pki().trust())));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(anchors);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    static ActivePolicy shared() {
        return Lazy.POLICY;
    }

    static X509Certificate certificate(DevIdentity identity) throws Exception {
        try (InputStream in = Files.newInputStream(pki().identity(identity).chain())) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    /** Care's view of {@link #PATIENT}. */
    static JsonNode care(KeyRing ring) {
        try {
            return made(ring);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode made(KeyRing ring) throws Exception {
        ReleaseInput input = new ReleaseInput(
                LocalDate.parse("2026-11-26"),
                "fhir-patient",
                "st-elsewhere",
                "st-elsewhere",
                "St. Elsewhere Hospital",
                "treatment",
                "US",
                List.of(),
                List.of(),
                List.of(),
                new TreeMap<>());
        ProtectionPlan plan = requireNonNull(
                requireNonNull(shared().release(input).recipients().get("care")).plan());
        Protector protector = new Protector(TENANT, ring, new SecureRandom(), ViewLimits.DEFAULT, true);
        if (!protector.read(PATIENT.getBytes(StandardCharsets.UTF_8))) {
            throw new IllegalStateException("the patient does not read");
        }
        View view = protector.protect(
                protector.compile(plan), new RecordContext(input.day(), new SubjectRef(SUBJECT), RECORD));
        return MAPPER.readTree(((View.Protected) view).bytes());
    }

    private static ActivePolicy build() throws Exception {
        Path home = Path.of(System.getProperty("sluice.home"));
        Path rulebook = temp("rulebook");
        copy(home.resolve("policies/rulebook"), rulebook);
        edit(
                rulebook.resolve("protections/care-fhir.yaml"),
                "identifier.mrn: keep",
                "identifier.mrn: {transform: tokenise-fpe, domain: care-mrn, alphabet: digits, min-length: 8}",
                "identifier.plan: keep",
                "identifier.plan: {transform: encrypt-deterministic, domain: care-plan, key: kms}");
        edit(
                rulebook.resolve("reveal.yaml"),
                "classes: [identifier.ssn]",
                "classes: [identifier.ssn, identifier.mrn, identifier.plan, identifier.licence, identifier.other]",
                "roles: [privacy-officer]\n    quota",
                "roles: [privacy-officer, physician]\n    quota",
                "  grace:",
                "  alan:\n    identities: [\"spiffe://sluice.dev/auditor/alan\"]\n    roles: [privacy-officer]\n"
                        + "    quota: {values-per-minute: 5}\n  grace:");
        KeyPair key = KeyUse.BUNDLE.generate();
        OfficerKey officer = OfficerKey.generate("ada");
        TrustRoot root =
                new TrustRoot(TENANT, new TreeMap<>(Map.of("dev-bundle", key.getPublic())), Approvers.only(officer));
        BundleBuilder.Built built = new BundleBuilder("dev-bundle", key.getPrivate(), Optional.empty())
                .build(
                        RulebookLoader.load(rulebook),
                        new Features(true),
                        TENANT,
                        1,
                        NOW.minusSeconds(3_600),
                        NOW.plusSeconds(86_400L * 30));
        byte[] approvals =
                Approvals.none(built.digest()).signedBy(officer, TENANT).toBytes();
        VerifiedBundle bundle = new BundleVerifier(root).verify(built.archive(), approvals, InForce.nothing(root), NOW);
        return new ActivePolicy(
                new Activation(1, bundle.digest(), bundle.revision(), TENANT, NOW), bundle, WasmEngine.of(bundle, 1));
    }

    private static void edit(Path file, String... replacements) throws IOException {
        String text = Files.readString(file);
        for (int i = 0; i < replacements.length; i += 2) {
            if (!text.contains(replacements[i])) {
                throw new IllegalStateException(file + " lacks " + replacements[i]);
            }
            text = text.replace(replacements[i], replacements[i + 1]);
        }
        Files.writeString(file, text);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(path).toString());
                Files.createDirectories(copy.resolveSibling("."));
                Files.copy(path, copy);
            }
        }
    }

    static Path temp(String name) {
        try {
            Path folder = Files.createTempDirectory("sluice-reveal-" + name);
            folder.toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
