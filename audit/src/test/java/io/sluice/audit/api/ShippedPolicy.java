package io.sluice.audit.api;

import io.sluice.core.decision.Activation;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.check.Features;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.PolicyEngine;
import io.sluice.policies.evaluate.WasmEngine;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.BundleVerifier;
import io.sluice.policies.verify.InForce;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.policies.verify.VerifiedBundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The shipped rulebook in force, made once per JVM. */
public final class ShippedPolicy {
    public static final String TENANT = "dev";
    public static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    private static final Path RULEBOOK = Path.of(System.getProperty("sluice.home"), "policies", "rulebook");

    private static final class Lazy {
        static final VerifiedBundle BUNDLE = bundle(RULEBOOK, 1);
        static final ActivePolicy POLICY = with(WasmEngine.of(BUNDLE, 1));
    }

    private static final class Canary {
        static final VerifiedBundle BUNDLE = bundle(withoutGender(), 2);
    }

    private ShippedPolicy() {}

    public static ActivePolicy policy() {
        return Lazy.POLICY;
    }

    /** A revision 2, which closes a field that the shipped one opens: {@code /gender} of patients for research. */
    public static VerifiedBundle other() {
        return Canary.BUNDLE;
    }

    /** The same bundle, answered by somebody else. */
    public static ActivePolicy with(PolicyEngine engine) {
        return new ActivePolicy(
                new Activation(1, Lazy.BUNDLE.digest(), Lazy.BUNDLE.revision(), TENANT, NOW), Lazy.BUNDLE, engine);
    }

    private static Path withoutGender() {
        try {
            Path folder = Files.createTempDirectory("sluice-rulebook");
            try (Stream<Path> files = Files.walk(RULEBOOK)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path copy = folder.resolve(RULEBOOK.relativize(file));
                    Files.createDirectories(Objects.requireNonNull(copy.getParent()));
                    String text = Files.readString(file);
                    Files.writeString(
                            copy,
                            file.endsWith(Path.of("protections", "research-fhir.yaml"))
                                    ? text.replace("demographic.gender: keep", "demographic.gender: drop")
                                    : text);
                }
            }
            return folder;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The shipped rulebook with something more at the end of its {@code access.yaml}. */
    public static ActivePolicy withAccess(Path folder, String more) {
        try {
            try (Stream<Path> files = Files.walk(RULEBOOK)) {
                for (Path file : files.sorted().toList()) {
                    Files.copy(file, folder.resolve(RULEBOOK.relativize(file).toString()));
                }
            }
            Files.writeString(folder.resolve("access.yaml"), more, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        VerifiedBundle bundle = bundle(folder, 1);
        return new ActivePolicy(
                new Activation(1, bundle.digest(), bundle.revision(), TENANT, NOW), bundle, WasmEngine.of(bundle, 1));
    }

    private static VerifiedBundle bundle(Path rulebook, long revision) {
        try {
            KeyPair key = KeyUse.BUNDLE.generate();
            OfficerKey officer = OfficerKey.generate("ada");
            TrustRoot root = new TrustRoot(
                    TENANT, new TreeMap<>(Map.of("dev-bundle", key.getPublic())), Approvers.only(officer));
            BundleBuilder.Built built = new BundleBuilder("dev-bundle", key.getPrivate(), Optional.empty())
                    .build(
                            RulebookLoader.load(rulebook),
                            new Features(true),
                            TENANT,
                            revision,
                            NOW.minusSeconds(3_600),
                            NOW.plusSeconds(86_400L * 30));
            byte[] approvals =
                    Approvals.none(built.digest()).signedBy(officer, TENANT).toBytes();
            return new BundleVerifier(root).verify(built.archive(), approvals, InForce.nothing(root), NOW);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
