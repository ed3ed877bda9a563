package io.sluice.policies.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.policies.Shipped;
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.sign.KeyUse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleBuilderTest {
    @Test
    void theSameRulebookGivesTheSameBytes() {
        BundleBuilder.Built again =
                Shipped.builder().build(Shipped.rulebook(), Shipped.TENANT, 1, Shipped.NOT_BEFORE, Shipped.EXPIRES);
        assertThat(again.digest()).isEqualTo(Shipped.built().digest());
    }

    /** Whoever edits Rego needs OPA, and is told the one line that installs it. */
    @Test
    void editedRegoWithoutOpaIsRefusedWithTheLineThatInstallsIt() {
        SortedMap<String, byte[]> rego = new TreeMap<>(Shipped.rulebook().rego());
        rego.put("rego/more.rego", "package more\n".getBytes(StandardCharsets.UTF_8));
        LoadedRulebook edited = new LoadedRulebook(
                Shipped.rulebook().document(), Shipped.rulebook().files(), rego);
        BundleBuilder builder = new BundleBuilder("dev-bundle", Shipped.BUNDLE_KEY.getPrivate(), Optional.empty());

        assertThatThrownBy(() -> builder.build(edited, Shipped.TENANT, 1, Shipped.NOT_BEFORE, Shipped.EXPIRES))
                .isInstanceOf(RegoRejectedException.class)
                .hasMessageContaining("go install github.com/open-policy-agent/opa@v1.22.2");
    }

    /** What we call signed, OPA calls signed: its own reader checks names, hashes, scope and signature. */
    @Test
    void opaVerifiesTheSignatureAndAnswersFromTheBundle(@TempDir Path folder) throws Exception {
        Assumptions.assumeTrue(Shipped.opa().isPresent(), "opa is not at hand: " + OpaTool.INSTALL);
        OpaTool opa = Shipped.opa().orElseThrow();
        Path archive =
                Files.write(folder.resolve("bundle.tar.gz"), Shipped.built().archive());
        Path key = pem(folder.resolve("key.pem"), Shipped.BUNDLE_KEY.getPublic().getEncoded());
        Path other = pem(
                folder.resolve("other.pem"),
                KeyUse.BUNDLE.generate().getPublic().getEncoded());

        OpaTool.Run good = rebuild(opa, archive, key, folder.resolve("out.tar.gz"));
        OpaTool.Run bad = rebuild(opa, archive, other, folder.resolve("out2.tar.gz"));

        assertThat(good.output() + good.errors()).isEmpty();
        assertThat(good.status()).isZero();
        assertThat(bad.status()).isNotZero();
        assertThat(bad.output() + bad.errors()).contains("verif");
    }

    private static OpaTool.Run rebuild(OpaTool opa, Path archive, Path key, Path out) {
        return opa.run(
                out.resolveSibling("."),
                "build",
                "--bundle",
                archive.toString(),
                "--verification-key",
                key.toString(),
                "--verification-key-id",
                "dev-bundle",
                "--signing-alg",
                "ES256",
                "--scope",
                BundleSignature.SCOPE,
                "--output",
                out.toString());
    }

    private static Path pem(Path file, byte[] spki) throws Exception {
        return Files.writeString(
                file,
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(spki)
                        + "\n-----END PUBLIC KEY-----\n");
    }
}
