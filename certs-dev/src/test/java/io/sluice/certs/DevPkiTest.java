package io.sluice.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevPkiTest {
    private static final Instant NOW = Instant.parse("2026-11-23T09:30:00Z");

    @TempDir
    Path temporary;

    @Test
    void filesAndFoldersAreTheOwnersOnly() throws Exception {
        PkiFiles files = DevPki.openOrCreate(temporary.resolve("pki"), at(NOW));

        try (Stream<Path> paths = Files.walk(files.folder())) {
            assertThat(paths)
                    .allSatisfy(path ->
                            assertThat(mode(path)).isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
        }
        assertThat(files.all()).allMatch(Files::exists);
    }

    @Test
    void aSecondOpeningChangesNothing() throws Exception {
        PkiFiles files = DevPki.openOrCreate(temporary, at(NOW));
        Map<Path, String> before = contents(files);

        DevPki.openOrCreate(temporary, at(NOW.plus(Duration.ofDays(28))));

        assertThat(contents(files)).isEqualTo(before);
    }

    @Test
    void renewsLeavesButNotAuthoritiesOrSigningKeysOnTheLastDay() throws Exception {
        PkiFiles files = DevPki.openOrCreate(temporary, at(NOW));
        Map<Path, String> before = contents(files);
        Instant lastDay = NOW.plus(Duration.ofDays(29)).plusSeconds(1);

        DevPki.openOrCreate(temporary, at(lastDay));

        Map<Path, String> after = contents(files);
        List<Path> kept = after.keySet().stream()
                .filter(file -> Objects.equals(after.get(file), before.get(file)))
                .toList();
        assertThat(kept)
                .hasSize(4 + 2 * PolicySigner.values().length)
                .contains(files.trust(), files.intermediate(), files.rootKey(), files.intermediateKey())
                .contains(files.signer(PolicySigner.OFFICER_ADA).key());
        X509Certificate gateway =
                certificate(files.identity(DevIdentity.GATEWAY).chain());
        assertThat(gateway.getNotAfter().toInstant()).isEqualTo(lastDay.plus(DevPki.LEAF_VALIDITY));
    }

    @Test
    void renewsWhenTheClockWasSetBackBeforeTheMaking() throws Exception {
        PkiFiles files = DevPki.openOrCreate(temporary, at(NOW));
        Instant earlier = NOW.minus(Duration.ofHours(2));

        DevPki.openOrCreate(temporary, at(earlier));

        certificate(files.identity(DevIdentity.BROKER).chain()).checkValidity(java.util.Date.from(earlier));
    }

    @Test
    void completesAMakingThatACrashCutShort() throws Exception {
        PkiFiles files = DevPki.openOrCreate(temporary, at(NOW));
        String trust = Files.readString(files.trust());
        Files.delete(files.manifest());
        Files.delete(files.identity(DevIdentity.AUDIT).key());

        DevPki.openOrCreate(temporary, at(NOW));

        assertThat(files.all()).allMatch(Files::exists);
        assertThat(files.trust()).hasContent(trust);
    }

    @Test
    void threadsThatOpenTogetherSeeOneMaking() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<String> open = () ->
                    Files.readString(DevPki.openOrCreate(temporary, at(NOW)).trust());
            List<Future<String>> opened = threads.invokeAll(List.of(open, open, open, open));
            String first = opened.get(0).get();
            for (Future<String> each : opened) {
                assertThat(each.get()).isEqualTo(first);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void refusesAFolderThatHoldsSomethingElse() throws Exception {
        Files.writeString(temporary.resolve("thesis.txt"), "x");
        String mode = mode(temporary);

        assertThatThrownBy(() -> DevPki.openOrCreate(temporary, at(NOW)))
                .isInstanceOfSatisfying(
                        PkiException.class, e -> assertThat(e.code()).isEqualTo(PkiException.Code.FOREIGN_FOLDER));
        assertThat(mode(temporary)).isEqualTo(mode);
    }

    @Test
    void refusesAKeyThatOthersCouldRead() throws Exception {
        PkiFiles files = DevPki.openOrCreate(temporary, at(NOW));
        Path key = files.identity(DevIdentity.GATEWAY).key();
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> DevPki.openOrCreate(temporary, at(NOW)))
                .isInstanceOfSatisfying(
                        PkiException.class, e -> assertThat(e.code()).isEqualTo(PkiException.Code.NOT_PRIVATE))
                .hasMessageContaining("rw-r--r--")
                .hasMessageContaining(key.toString());
    }

    @Test
    void refusesToReplaceAPrivateSigningKeyWhosePublicHalfIsLost() throws Exception {
        PkiFiles files = DevPki.openOrCreate(temporary, at(NOW));
        Files.delete(files.signer(PolicySigner.BUNDLE_SIGNER).publicKey());

        assertThatThrownBy(() -> DevPki.openOrCreate(temporary, at(NOW)))
                .isInstanceOfSatisfying(
                        PkiException.class, e -> assertThat(e.code()).isEqualTo(PkiException.Code.INCOMPLETE));
    }

    @Test
    void theJdkReadsTheSigningKeysAsPairs() throws Exception {
        PkiFiles files = DevPki.openOrCreate(temporary, at(NOW));

        for (PolicySigner signer : PolicySigner.values()) {
            SignerFiles pair = files.signer(signer);
            boolean bundle = signer == PolicySigner.BUNDLE_SIGNER;
            String kind = bundle ? "EC" : "Ed25519";
            PrivateKey privateKey = Pem.readKey(Files.readAllBytes(pair.key()), kind);
            byte[] spki = Base64.getMimeDecoder()
                    .decode(Files.readString(pair.publicKey()).replaceAll("-----[A-Z ]+-----", ""));
            PublicKey publicKey = KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(spki));
            byte[] message = "activation".getBytes(StandardCharsets.UTF_8);
            Signature signature = Signature.getInstance(bundle ? "SHA256withECDSA" : kind);
            signature.initSign(privateKey);
            signature.update(message);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(message);
            assertThat(signature.verify(signed)).isTrue();
        }
    }

    private static X509Certificate certificate(Path file) throws Exception {
        try (var in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static Map<Path, String> contents(PkiFiles files) throws IOException {
        Map<Path, String> contents = new TreeMap<>();
        for (Path file : files.all()) {
            contents.put(file, Files.readString(file));
        }
        return contents;
    }

    private static String mode(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Clock at(Instant instant) {
        return Clock.fixed(instant, ZoneOffset.UTC);
    }
}
