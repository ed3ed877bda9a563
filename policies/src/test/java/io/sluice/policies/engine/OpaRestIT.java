package io.sluice.policies.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.PkiFiles;
import io.sluice.policies.Shipped;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.evaluate.Entrypoint;
import io.sluice.policies.evaluate.PolicyEngine;
import io.sluice.policies.evaluate.PolicyUnavailableException;
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.BundleVerifier;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real OPA server that serves our bundles: what it must hold for an answer to count. Skipped where there is no opa. */
class OpaRestIT {
    @TempDir
    private static Path folder;

    private static PolicyEngine engine(
            OpaProcess opa, BundleBuilder.Built built, @Nullable String trust, @Nullable String identity) {
        return new OpaRestConfig(List.of(opa.address()), trust, identity, Duration.ofSeconds(30), 1 << 20)
                .engines(1)
                .apply(new BundleVerifier(Shipped.root()).open(built.archive()));
    }

    private static PolicyEngine engine(OpaProcess opa, BundleBuilder.Built built) {
        return engine(opa, built, null, null);
    }

    private static void assertHoldsAnother(PolicyEngine engine) {
        assertThatThrownBy(() -> engine.evaluate(Entrypoint.ADMISSION, OpaProcess.QUESTION))
                .isInstanceOf(PolicyUnavailableException.class)
                .hasMessageContaining("holds another revision");
    }

    private static BundleBuilder.Built build(LoadedRulebook rulebook, PrivateKey key) {
        return new BundleBuilder("dev-bundle", key, Shipped.opa())
                .build(rulebook, Shipped.TENANT, 1, Shipped.NOT_BEFORE, Shipped.EXPIRES);
    }

    /** Of two builds of one number, too, only the content tells which one answers, and the server tells the content. */
    @Test
    void aServerAnswersForTheContentThatItHoldsAndForNoOther() throws Exception {
        ObjectNode document = Shipped.rulebook().document().deepCopy();
        document.withObject("/controllers/st-elsewhere").put("name", "Another Hospital");
        LoadedRulebook rulebook = new LoadedRulebook(
                document, Shipped.rulebook().files(), Shipped.rulebook().rego());
        BundleBuilder.Built other = build(rulebook, Shipped.BUNDLE_KEY.getPrivate());
        BundleBuilder.Built forged = build(rulebook, KeyUse.BUNDLE.generate().getPrivate());
        try (OpaProcess opa = OpaProcess.serving(folder, Shipped.built().archive())) {
            PolicyEngine shipped = engine(opa, Shipped.built());
            PolicyEngine another = engine(opa, other);
            OpaProcess.awaitAnswer(shipped);
            assertHoldsAnother(another);
            assertTakesQuestionsOnly(opa);

            opa.serve(forged.archive());
            opa.awaitVerdict();
            assertHoldsAnother(another);
            assertThat(shipped.evaluate(Entrypoint.ADMISSION, OpaProcess.QUESTION))
                    .as("what another key signed is not loaded, the last good one stays")
                    .isPresent();

            opa.serve(other.archive());
            OpaProcess.awaitAnswer(another);
            assertHoldsAnother(shipped);
        }
    }

    /** Who could write to the server could make it answer anything. */
    private static void assertTakesQuestionsOnly(OpaProcess opa) throws Exception {
        for (String path : List.of("/v1/data/system/bundles/x/manifest/revision", "/v1/policies/x")) {
            HttpURLConnection connection = opa.connect(path);
            connection.setRequestMethod("PUT");
            connection.setDoOutput(true);
            connection.getOutputStream().write("\"1\"".getBytes(StandardCharsets.UTF_8));
            assertThat(connection.getResponseCode()).isEqualTo(401);
        }
        assertThat(opa.connect("/health").getResponseCode()).isEqualTo(200);
    }

    @Test
    void overTlsBothShowTheirCertificates() {
        PkiFiles pki = DevPki.openOrCreate(folder.resolve("certs"), Clock.systemUTC());
        try (OpaProcess opa =
                OpaProcess.servingTls(folder, Shipped.built().archive(), pki, pki.identity(DevIdentity.GATEWAY))) {
            String trust = pki.trust().toString();
            String own = pki.identity(DevIdentity.PROTECT).keystore().toString();
            OpaProcess.awaitAnswer(engine(opa, Shipped.built(), trust, own));
            PolicyEngine nobody = engine(opa, Shipped.built(), trust, null);
            assertThatThrownBy(() -> nobody.evaluate(Entrypoint.ADMISSION, OpaProcess.QUESTION))
                    .isInstanceOf(PolicyUnavailableException.class);
        }
    }
}
